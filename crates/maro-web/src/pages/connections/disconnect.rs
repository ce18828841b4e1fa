//! Taking Maro out of a workspace, from the page of Slack.

use axum::extract::{Path, State};
use maro_app::App;
use maro_app::model::Integration;
use maro_app::slack::workspaces::{self, Disconnected};

use super::path_of;
use crate::auth::{AdminRole, AtLeast};
use crate::pages::{Flash, PageError, Told, told};

/// Deletes the tokens of a workspace and revokes them at Slack.
pub(in crate::pages) async fn disconnect(
    State(app): State<App>,
    admin: AtLeast<AdminRole>,
    Path(team): Path<String>,
) -> Result<Told, PageError> {
    let outcome = workspaces::disconnect(&app, &admin.actor(), &team).await?;
    let flash = match outcome {
        Some(Disconnected {
            name,
            not_revoked: None,
        }) => Flash::good(format!(
            "Maro has left {name}. Messages that waited for it stay in the outbox."
        )),
        Some(Disconnected {
            name,
            not_revoked: Some(why),
        }) => Flash::bad(format!(
            "Maro has forgotten {name}, but the token was not revoked at Slack: {why} \
             Remove the app in that workspace's settings, under Manage apps."
        )),
        None => Flash::good("Maro was not in that workspace."),
    };
    Ok(told(&app, &flash, &path_of(Integration::Slack)))
}
