//! The app was removed from a workspace, or its tokens are over: nothing is sent there any more.

use chrono::{DateTime, Utc};
use maro_core::actor::Actor;
use maro_core::calls::Observer;
use maro_slack::SlackError;
use maro_slack::payloads::TokensRevoked;
use maro_store::slack::{Installation, InstallationState};
use maro_store::{StoreError, Tx, integrations, outbox, slack};
use serde_json::json;

use crate::App;
use crate::audit::record;
use crate::cause::Cause;
use crate::connections::{reload, reload_when_behind};
use crate::inbound::HandleError;

/// How the error of a message begins that waits for the app to be installed again.
pub(crate) const PARKED: &str = "Maro's app is not installed in this workspace any more";

/// Handles `app_uninstalled` and `tokens_revoked`.
///
/// Such news can be hours late, and the app may be back since, so Slack is asked whether the token
/// works before anything ends.
pub(crate) async fn handle_removal(
    app: &App,
    team: &str,
    revoked: Option<&TokensRevoked>,
    cause: &Cause,
) -> Result<(), HandleError> {
    // People's tokens are none of ours; only the bot's matters.
    if revoked.is_some_and(|tokens| tokens.bot.is_empty()) {
        return Ok(());
    }
    let asked_at = app.now();
    if still_works(app, team).await? {
        return Ok(());
    }
    let why = match revoked {
        Some(_) => "Somebody revoked the token of Maro's app in this workspace.",
        None => "Somebody removed Maro's app from this workspace.",
    };
    let tx = app.store().begin().await?;
    let ended = end_in(app, &tx, team, why, asked_at).await?;
    if !cause.settle(&tx).await? {
        return Ok(());
    }
    tx.commit().await?;
    if ended {
        taken_up(app, team).await?;
    }
    Ok(())
}

/// Whether the token for a workspace works, or another workspace is meant than the one it is for.
async fn still_works(app: &App, team: &str) -> Result<bool, HandleError> {
    // Another instance may have installed the app anew; then the token known here is an earlier one.
    reload_when_behind(app).await?;
    let Some(client) = app.slack_for(team) else {
        return Ok(app.slack().is_none() && !app.workspaces().knows(team));
    };
    // That it fails is the expected answer here, and nothing about the other workspaces.
    let client = client.observed_by(Observer::default());
    match client.auth_test().await {
        Ok(_) => Ok(true),
        Err(SlackError::Unauthorized { .. }) => Ok(false),
        Err(err) => Err(HandleError::Later(err.sentence())),
    }
}

/// Ends an installation when Slack's word for why it does not take the token leaves no doubt. News of
/// a removal may never come. An installation that was made after `asked_at` is another one.
pub(crate) async fn end_if_definite(
    app: &App,
    team: &str,
    error: &str,
    asked_at: DateTime<Utc>,
) -> Result<(), StoreError> {
    match error {
        "token_revoked" | "account_inactive" | "app_uninstalled" => {
            let why = format!("Slack does not take the token of this workspace ({error}).");
            end_now(app, team, &why, asked_at).await
        }
        _ => Ok(()),
    }
}

/// Ends an installation because Slack said so in answer to a call.
pub(super) async fn end_now(
    app: &App,
    team: &str,
    why: &str,
    asked_at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let tx = app.store().begin().await?;
    if !end_in(app, &tx, team, why, asked_at).await? {
        return Ok(());
    }
    tx.commit().await?;
    taken_up(app, team).await
}

async fn end_in(
    app: &App,
    tx: &Tx,
    team: &str,
    why: &str,
    happened_at: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let now = app.now();
    let mut ended = slack::end(tx, team, why, happened_at, now).await?;
    if !ended && slack::find(tx, team).await?.is_none() {
        // The workspace of the operator's token has no row until it is over.
        slack::install(tx, &placeholder(team, why, now)).await?;
        ended = true;
    }
    if ended {
        integrations::bump_version(tx).await?;
        let details = json!({ "why": why });
        record(app, tx, &Actor::System, "slack.ended", &team, details).await?;
    }
    Ok(ended)
}

async fn taken_up(app: &App, team: &str) -> Result<(), StoreError> {
    tracing::warn!(slack.team = team, "{PARKED}; what waits is parked");
    app.workspace_tokens().forget(team);
    reload(app).await
}

fn placeholder(team: &str, why: &str, now: DateTime<Utc>) -> Installation {
    Installation {
        team_id: team.to_owned(),
        team_name: team.to_owned(),
        enterprise_id: None,
        app_id: String::new(),
        bot_user_id: String::new(),
        scopes: Vec::new(),
        state: InstallationState::Ended,
        access_token: None,
        refresh_token: None,
        expires_at: None,
        generation: now.timestamp_micros(),
        installed_by: Actor::Operator,
        installed_at: now,
        failures: 0,
        next_try_at: None,
        problem: Some(why.to_owned()),
        updated_at: now,
    }
}

/// The operator's token works in its workspace (again): a note that it does not is out of date.
pub(crate) async fn works_again(app: &App, team: &str) -> Result<(), StoreError> {
    if !app.workspaces().has_ended(team) {
        return Ok(());
    }
    let tx = app.store().begin().await?;
    if !slack::delete_placeholder(&tx, team).await? {
        return Ok(());
    }
    outbox::replay_of_team(&tx, team, PARKED, app.now()).await?;
    integrations::bump_version(&tx).await?;
    let details = json!({});
    record(
        app,
        &tx,
        &Actor::System,
        "slack.works_again",
        &team,
        details,
    )
    .await?;
    tx.commit().await?;
    reload(app).await?;
    app.wakeups().outbox();
    Ok(())
}
