//! What speaks against Slack besides its calls: workspaces that are over, tokens that do not rotate.

use maro_core::health::Concern;
use maro_store::StoreError;
use maro_store::slack::{self, Installation, InstallationState};

use crate::App;

const INSTALL_AGAIN: &str = "Install the app there again on the Slack page of the connections.";

/// The concerns of this moment.
pub(crate) async fn concerns(app: &App) -> Result<Vec<Concern>, StoreError> {
    let installations = slack::list(app.store()).await?;
    Ok(installations.iter().filter_map(of).collect())
}

fn of(installation: &Installation) -> Option<Concern> {
    let name = &installation.team_name;
    match (installation.state, &installation.problem) {
        (InstallationState::Ended, problem) => {
            let why = problem.as_deref().unwrap_or_default();
            let reason = format!("Maro's app does not work in {name} any more. {why}");
            Some(Concern::degraded(reason, INSTALL_AGAIN))
        }
        (InstallationState::Active, Some(problem)) => {
            let reason = format!("The token of {name} was not renewed. {problem}");
            Some(Concern::degraded(reason, INSTALL_AGAIN))
        }
        (InstallationState::Active, None) => None,
    }
}
