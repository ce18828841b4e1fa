//! Notices: what people hear of where Maro cannot talk with them.
//!
//! With the app in a workspace people are told where they talk. An incoming webhook has one channel
//! and no conversation, so there a message of a session becomes a line with a link; edits, buttons
//! and answers to one person are left out, since a webhook has none. What belongs to no channel
//! goes to the alert channel, else to the webhook.
//!
//! **Invariants:** a notice is queued in the transaction of what it tells. While notifications are
//! turned off, none is.

mod connection;
mod issue;
mod session;

use std::sync::Arc;

use maro_core::outbox::{Message, Thread};
use maro_slack::SlackClient;
use maro_store::{StoreError, Tx};
use serde_json::Value;

use crate::App;
use crate::messages::queue;
use crate::settings::SlackSettings;

pub(crate) use connection::connection_changed;
pub(crate) use issue::{issue_changed, issue_gone, known_before};
pub(crate) use session::line_of_session;

/// How the people of a workspace hear of what belongs to a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Road {
    /// From the app, where they talk.
    App,
    /// By lines through the incoming webhook.
    Webhook,
    /// Not at all: there is a webhook only, and notifications are turned off.
    Silent,
}

/// How the people of a workspace are told.
pub(crate) fn road(app: &App, team: &str) -> Road {
    let has_app = app.slack().is_some() || app.workspaces().knows(team);
    match app.slack_settings() {
        Some(settings) if !has_app && settings.webhook_url.is_some() => {
            if settings.notifications_enabled {
                Road::Webhook
            } else {
                Road::Silent
            }
        }
        _ => Road::App,
    }
}

/// Whether Maro can notify and nothing else.
#[must_use]
pub fn only_notifies(settings: &SlackSettings) -> bool {
    settings.webhook_url.is_some() && settings.bot_token.is_none() && settings.client_id.is_none()
}

/// Who posts to the alert channel when there is no operator's token: the app in the only workspace
/// that installed it. With several, nobody knows in which one the channel is.
pub(crate) fn only_workspace(app: &App) -> Option<(String, SlackClient)> {
    let workspaces = app.workspaces();
    let mut all = workspaces.clients();
    let (team, slack) = all.next()?;
    let is_only = all.next().is_none();
    is_only.then(|| (team.to_owned(), slack.clone()))
}

/// Queues what belongs to no channel. Returns whether there is a place for it.
async fn alert(app: &App, tx: &Tx, subject: String, text: String) -> Result<bool, StoreError> {
    let settings = app.slack_settings();
    let Some(settings) = settings.filter(|settings| settings.notifications_enabled) else {
        return Ok(false);
    };
    let Some((team, message)) = placed(app, &settings, text) else {
        return Ok(false);
    };
    queue(app, tx, &team, subject, message).await?;
    Ok(true)
}

fn placed(app: &App, settings: &Arc<SlackSettings>, text: String) -> Option<(String, Message)> {
    let channel = settings.alert_channel.clone();
    if let (Some(channel), Some(team)) = (channel, alerting_team(app)) {
        let message = Message::SlackPost {
            channel,
            thread: Thread::Channel,
            text,
            blocks: Value::Array(Vec::new()),
            preview_of: None,
        };
        return Some((team, message));
    }
    settings.webhook_url.as_ref()?;
    Some((String::new(), by_webhook(text)))
}

/// The workspace of the alert channel; the operator's goes without a name.
fn alerting_team(app: &App) -> Option<String> {
    match app.slack() {
        Some(_) => Some(String::new()),
        None => only_workspace(app).map(|(team, _)| team),
    }
}

/// A line through the incoming webhook.
fn by_webhook(text: String) -> Message {
    Message::SlackWebhook {
        text,
        blocks: Value::Array(Vec::new()),
    }
}
