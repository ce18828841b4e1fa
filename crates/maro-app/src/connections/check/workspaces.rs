//! Trying out the workspaces that installed the app: does Slack take each token?

use maro_store::slack::{Installation, InstallationState};

use super::Finding;
use crate::App;
use crate::slack::workspaces::installations;

const AGAIN: &str = "Open Connections, Slack, and add Maro to that workspace again.";

/// One finding for each workspace.
pub(super) async fn check_workspaces(app: &App) -> Vec<Finding> {
    let Ok(all) = installations(app).await else {
        return vec![Finding::bad(
            "The list of workspaces could not be read.",
            "Check that the database answers.",
        )];
    };
    if all.is_empty() {
        return vec![Finding::bad(
            "The app is not installed in any workspace yet.",
            "Open Connections, Slack, and add Maro to a workspace.",
        )];
    }
    let mut findings = Vec::with_capacity(all.len());
    for installation in &all {
        findings.push(check_workspace(app, installation).await);
    }
    findings
}

async fn check_workspace(app: &App, installation: &Installation) -> Finding {
    let name = &installation.team_name;
    if installation.state == InstallationState::Ended {
        let why = installation.problem.as_deref().unwrap_or_default();
        return Finding::bad(
            format!("Maro does not work in {name} any more. {why}"),
            AGAIN,
        );
    }
    let Some(client) = app.slack_for(&installation.team_id) else {
        return Finding::bad(format!("Maro has no client for {name}."), AGAIN);
    };
    match client.auth_test().await {
        Ok(auth) => Finding::good(format!("Works in {name} as {}.", auth.user)),
        Err(err) => Finding::bad(format!("In {name}: {err}."), err.sentence()),
    }
}
