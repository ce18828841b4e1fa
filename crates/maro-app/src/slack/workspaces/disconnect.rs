//! Taking Maro out of a workspace: its tokens are deleted here and revoked at Slack.
//!
//! The row goes first. Slack tells of a revoked token, and news about a workspace that is not known
//! any more ends nothing.

use maro_core::actor::Actor;
use maro_slack::{SlackClient, SlackConfig, SlackError};
use maro_store::sealed_values::SLACK_ACCESS_TOKEN;
use maro_store::slack::{self, Installation, InstallationState};
use maro_store::{StoreError, integrations};
use serde_json::json;

use crate::App;
use crate::audit::record;
use crate::connections::reload;

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disconnected {
    /// What people call the workspace.
    pub name: String,
    /// Why Slack did not revoke the token; then the app is still listed there.
    pub not_revoked: Option<String>,
}

/// Forgets a workspace. Returns `None` when it is not known.
pub async fn disconnect(
    app: &App,
    by: &Actor,
    team: &str,
) -> Result<Option<Disconnected>, StoreError> {
    // A rotation under way here ends first, or its new token would be left to live at Slack.
    let turn = app.workspace_tokens().turn(team);
    let _turn = turn.lock().await;
    let tx = app.store().begin().await?;
    let Some(installation) = slack::find(&tx, team).await? else {
        return Ok(None);
    };
    slack::delete(&tx, team).await?;
    integrations::bump_version(&tx).await?;
    let name = installation.team_name.clone();
    record(
        app,
        &tx,
        by,
        "slack.disconnected",
        &team,
        json!({ "name": name }),
    )
    .await?;
    tx.commit().await?;
    app.workspace_tokens().forget(team);
    reload(app).await?;
    Ok(Some(Disconnected {
        name,
        not_revoked: revoke(app, &installation).await.err(),
    }))
}

/// Revokes the token at Slack, where there is one. A token that Slack does not take is as good as
/// revoked.
async fn revoke(app: &App, installation: &Installation) -> Result<(), String> {
    if installation.state == InstallationState::Ended {
        return Ok(());
    }
    match client(app, installation)?.auth_revoke().await {
        Ok(true) | Err(SlackError::Unauthorized { .. }) => Ok(()),
        Ok(false) => Err("Slack did not say why.".to_owned()),
        Err(err) => Err(err.sentence()),
    }
}

/// A client of its own: the snapshot does not have one any more.
fn client(app: &App, installation: &Installation) -> Result<SlackClient, String> {
    let settings = app.slack_settings().ok_or("Slack is not configured.")?;
    let sealed = installation.access_token.as_deref().unwrap_or_default();
    let place = SLACK_ACCESS_TOKEN.place(&installation.team_id);
    let bot_token = app.sealer().open(&place, sealed);
    let config = SlackConfig {
        api_url: settings.api_url.clone(),
        bot_token: bot_token.map_err(|err| err.to_string())?,
    };
    SlackClient::new(config).map_err(|err| err.sentence())
}
