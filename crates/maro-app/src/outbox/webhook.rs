//! Sending a notification by the incoming webhook.
//!
//! A webhook cannot be asked what it posted. After an unclear outcome the message goes out again:
//! a notification that comes twice does less harm than one that never comes.

use maro_core::integrations::Integration;
use maro_core::outbox::OutboxMessage;
use maro_slack::SlackError;
use maro_slack::webhook::IncomingWebhook;

use super::send::{Outcome, content, delivered};
use crate::App;

const NO_WEBHOOK: &str = "There is no incoming webhook. Set SLACK_WEBHOOK_URL.";

/// Sends one notification.
pub(super) async fn send_by_webhook(app: &App, row: &OutboxMessage) -> Outcome {
    match webhook(app) {
        Some(Ok(webhook)) => delivered(webhook.post(&content(&row.message)).await),
        Some(Err(err)) => Outcome::Slack(err),
        None => Outcome::Impossible(NO_WEBHOOK.into()),
    }
}

/// The webhook, where it is the only way to Slack.
pub(crate) fn only_webhook(app: &App) -> Option<IncomingWebhook> {
    let has_app = app.slack().is_some() || app.workspaces().clients().next().is_some();
    webhook(app).filter(|_| !has_app)?.ok()
}

/// The webhook in force. Its posts are noted.
fn webhook(app: &App) -> Option<Result<IncomingWebhook, SlackError>> {
    let settings = app.slack_settings()?;
    let address = settings.webhook_url.clone()?;
    let observer = app.journal().observer(Integration::Slack);
    let webhook = IncomingWebhook::new(&settings.api_url, address);
    Some(webhook.map(|webhook| webhook.observed_by(observer)))
}
