//! What speaks against Slack besides its calls: workspaces that are over, tokens that do not rotate.

use maro_core::health::Concern;
use maro_store::StoreError;
use maro_store::slack::{self, Installation, InstallationState};

use crate::App;

const NOWHERE: &str = "The app is not installed in any workspace yet.";
const INSTALL: &str = "Add Maro to a workspace on the Slack page of the connections.";
const INSTALL_AGAIN: &str = "Install the app there again on the Slack page of the connections.";

/// The concerns of this moment.
pub(crate) async fn concerns(app: &App) -> Result<Vec<Concern>, StoreError> {
    let installations = slack::list(app.store()).await?;
    let works_somewhere = app.slack().is_some()
        || installations
            .iter()
            .any(|one| one.state == InstallationState::Active);
    let mut concerns: Vec<Concern> = installations
        .iter()
        .filter_map(|one| of(one, works_somewhere))
        .collect();
    if installations.is_empty() && is_nowhere(app) {
        concerns.push(Concern::degraded(NOWHERE, INSTALL));
    }
    Ok(concerns)
}

/// Where there is nobody to ask: no workspace, and no webhook either.
pub(crate) fn unasked(app: &App) -> Option<Concern> {
    let settings = app.slack_settings()?;
    if app.slack().is_some() || app.workspaces().clients().next().is_some() {
        return None;
    }
    let nobody = settings.webhook_url.is_none();
    nobody.then(|| Concern::degraded(NOWHERE, INSTALL))
}

/// Whether the app is known and no workspace has it.
fn is_nowhere(app: &App) -> bool {
    let is_app = app
        .slack_settings()
        .is_some_and(|settings| settings.client_id.is_some());
    is_app && app.slack().is_none()
}

fn of(installation: &Installation, works_somewhere: bool) -> Option<Concern> {
    let name = &installation.team_name;
    match (installation.state, &installation.problem) {
        (InstallationState::Ended, problem) => {
            let why = problem.as_deref().unwrap_or_default();
            let reason = format!("Maro's app does not work in {name} any more. {why}");
            Some(if works_somewhere {
                Concern::degraded(reason, INSTALL_AGAIN)
            } else {
                Concern::error(reason, INSTALL_AGAIN)
            })
        }
        (InstallationState::Active, Some(problem)) => {
            let reason = format!("The token of {name} was not renewed. {problem}");
            Some(Concern::degraded(reason, INSTALL_AGAIN))
        }
        (InstallationState::Active, None) => None,
    }
}
