//! Delivering one message, and storing what came of it.
//!
//! A failure is tried again, later and later; what fails for good becomes a dead letter with Slack's
//! own words.

use chrono::{DateTime, TimeDelta, Utc};
use maro_core::outbox::{Message, OutboxMessage, back_off};
use maro_slack::SlackError;
use maro_store::{StoreError, Tx, finding_cards, integrations, outbox, sessions};

use super::bury::{bury, collapse_older};
use super::send::{Outcome, send};
use super::webhook::send_by_webhook;
use crate::App;
use crate::connections::reload_when_behind;
use crate::failpoints::reach;
use crate::happening::Happening;
use crate::notices::only_notifies;
use crate::slack::workspaces::{PARKED, end_if_definite};

const TOO_LATE: &str =
    "Slack did not answer in time; Maro looks for the message before it sends it again.";
const NOT_CONFIGURED: &str = "Slack is not configured. Set SLACK_BOT_TOKEN.";
const ONLY_WEBHOOK: &str = "Slack is connected by an incoming webhook only, which can notify its one \
    channel and nothing else. Set SLACK_BOT_TOKEN for drafts and answers.";
const LIMITED: &str = "Slack limits the rate of messages; it is sent later.";

/// Delivers one claimed message.
pub(crate) async fn deliver(app: &App, message: OutboxMessage) -> Result<(), StoreError> {
    let outcome = if message.is_endless() {
        let why = format!("delivery never finished {} times", message.vanished);
        tracing::error!(outbox.id = %message.id, "{why}");
        Outcome::Endless(why)
    } else {
        attempt_in_time(app, &message).await?
    };
    settle(app, &message, outcome).await?;
    reach("outbox.after_settle");
    app.announce(Happening::Outbox);
    Ok(())
}

/// The claim must outlive the call, or another worker would post the same message.
async fn attempt_in_time(app: &App, message: &OutboxMessage) -> Result<Outcome, StoreError> {
    reach("outbox.before_send");
    let patience = app.settings().timings.work_lease * 3 / 4;
    let outcome = match tokio::time::timeout(patience, attempt(app, message)).await {
        Ok(outcome) => outcome?,
        Err(_) => Outcome::TooLate,
    };
    reach("outbox.after_send");
    Ok(outcome)
}

/// Sends a message by the way that it needs, where that way is there.
async fn attempt(app: &App, message: &OutboxMessage) -> Result<Outcome, StoreError> {
    if let Message::SlackWebhook { .. } = message.message {
        return Ok(send_by_webhook(app, message).await);
    }
    let known = (app.connections().version(), app.now());
    match app.slack_for(&message.team) {
        Some(slack) => {
            let outcome = send(app, &slack, message).await?;
            park_if_over(app, &message.team, known, outcome).await
        }
        None if has_changed(app, known.0).await? => Ok(Outcome::Slack(again())),
        None => Ok(unreachable(app, &message.team)),
    }
}

/// A workspace whose installation is over by Slack's definite word: its messages wait. Any other reason
/// not to take a token may pass without a new installation, which is all that parked messages wait for.
async fn park_if_over(
    app: &App,
    team: &str,
    (version, asked_at): (i64, DateTime<Utc>),
    outcome: Outcome,
) -> Result<Outcome, StoreError> {
    let Outcome::Slack(SlackError::Unauthorized { error }) = &outcome else {
        return Ok(outcome);
    };
    if !app.workspaces().knows(team) {
        return Ok(outcome);
    }
    if has_changed(app, version).await? {
        return Ok(Outcome::Slack(again()));
    }
    end_if_definite(app, team, error, asked_at).await?;
    if app.workspaces().has_ended(team) {
        let why = format!("{PARKED} ({error}). Install it again, and this message goes out.");
        return Ok(Outcome::Parked(why));
    }
    // Nothing ended here; elsewhere it may have, or the app was installed anew.
    if has_changed(app, version).await? {
        return Ok(Outcome::Slack(again()));
    }
    Ok(outcome)
}

/// Whether the connections are others than this delivery began with. Then the app may be back in the
/// workspace, and this message was put back into the queue: it must not be parked behind that.
async fn has_changed(app: &App, version: i64) -> Result<bool, StoreError> {
    let changed = integrations::version(app.store()).await? != version;
    if changed {
        reload_when_behind(app).await?;
    }
    Ok(changed)
}

/// Nothing was sent, and the next try is with the connections as they are now.
fn again() -> SlackError {
    SlackError::NoToken {
        reason: "the connection was changed meanwhile".into(),
    }
}

/// Why nothing can be sent to a workspace.
fn unreachable(app: &App, team: &str) -> Outcome {
    if let Some(why) = app.workspaces().why_ended(team) {
        let why = format!("{PARKED}. {why} Install it again, and this message goes out.");
        return Outcome::Parked(why);
    }
    match app.slack_settings() {
        Some(settings) if settings.client_id.is_some() => {
            Outcome::Parked(format!("{PARKED}. Install it, and this message goes out."))
        }
        Some(settings) if only_notifies(&settings) => Outcome::Impossible(ONLY_WEBHOOK.into()),
        _ => Outcome::Impossible(NOT_CONFIGURED.into()),
    }
}

async fn settle(app: &App, row: &OutboxMessage, outcome: Outcome) -> Result<(), StoreError> {
    let tx = app.store().begin().await?;
    match outcome {
        Outcome::Delivered => settle_delivered(app, &tx, row, None).await?,
        Outcome::Preview(session, ts) => {
            settle_delivered(app, &tx, row, Some(&ts)).await?;
            sessions::set_preview(&tx, &session, &ts, Some(&ts)).await?;
        }
        Outcome::Card(card, posted) => {
            settle_delivered(app, &tx, row, Some(&posted.ts)).await?;
            finding_cards::set_posted(&tx, card, &posted.channel, &posted.ts).await?;
        }
        Outcome::CardGone(card, why) => {
            finding_cards::forget(&tx, card).await?;
            bury(app, &tx, row, &why, false).await?;
        }
        Outcome::Impossible(why) => bury(app, &tx, row, &why, false).await?,
        // The last worker may have come as far as Slack.
        Outcome::Endless(why) => bury(app, &tx, row, &why, true).await?,
        Outcome::Parked(why) => {
            // Nobody in the workspace can be told.
            outbox::settle_dead(&tx, row.id, row.lease_epoch, &why, row.unclear).await?;
        }
        Outcome::Slack(SlackError::RateLimited { retry_after }) => {
            let pause = TimeDelta::from_std(retry_after).unwrap_or(TimeDelta::seconds(30));
            let until = app.now() + pause;
            outbox::pause(&tx, &row.destination, until, LIMITED).await?;
            outbox::settle_retry(&tx, row.id, row.lease_epoch, until, LIMITED, row.unclear).await?;
        }
        Outcome::TooLate if row.is_given_up(app.now()) => {
            bury(app, &tx, row, TOO_LATE, true).await?;
        }
        Outcome::TooLate => {
            let next = app.now() + back_off(row.attempts + 1, rand::random());
            outbox::settle_retry(&tx, row.id, row.lease_epoch, next, TOO_LATE, true).await?;
        }
        Outcome::Slack(err) => settle_failure(app, &tx, row, &err).await?,
    }
    tx.commit().await
}

async fn settle_delivered(
    app: &App,
    tx: &Tx,
    row: &OutboxMessage,
    ts: Option<&str>,
) -> Result<(), StoreError> {
    let now = app.now();
    if outbox::settle_delivered(tx, row.id, row.lease_epoch, ts, now).await? {
        collapse_older(tx, row).await?;
    }
    Ok(())
}

async fn settle_failure(
    app: &App,
    tx: &Tx,
    row: &OutboxMessage,
    err: &SlackError,
) -> Result<(), StoreError> {
    let now = app.now();
    let sentence = err.sentence();
    tracing::warn!(outbox.id = %row.id, slack.error = err.code(), "message not delivered: {sentence}");
    let unclear = row.unclear || matches!(err, SlackError::OutcomeUnknown(_));
    if err.is_permanent() || row.is_given_up(now) {
        return bury(app, tx, row, &sentence, unclear).await;
    }
    let next = now + back_off(row.attempts + 1, rand::random());
    outbox::settle_retry(tx, row.id, row.lease_epoch, next, &sentence, unclear)
        .await
        .map(drop)
}
