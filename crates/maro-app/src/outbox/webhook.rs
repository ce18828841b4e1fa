//! Sending a notification by the incoming webhook.
//!
//! A webhook cannot be asked what it posted. After an unclear outcome the message goes out again:
//! a notification that comes twice does less harm than one that never comes.

use maro_core::integrations::Integration;
use maro_core::outbox::OutboxMessage;
use maro_slack::webhook::IncomingWebhook;

use super::send::{Outcome, content, delivered};
use crate::App;

const NO_WEBHOOK: &str = "There is no incoming webhook. Set SLACK_WEBHOOK_URL.";

/// Sends one notification.
pub(super) async fn send_by_webhook(app: &App, row: &OutboxMessage) -> Outcome {
    let settings = app.slack_settings();
    let Some((settings, address)) = settings
        .as_ref()
        .and_then(|slack| Some((slack, slack.webhook_url.clone()?)))
    else {
        return Outcome::Impossible(NO_WEBHOOK.into());
    };
    match IncomingWebhook::new(&settings.api_url, address) {
        Ok(webhook) => {
            let webhook = webhook.observed_by(app.journal().observer(Integration::Slack));
            delivered(webhook.post(&content(&row.message)).await)
        }
        Err(err) => Outcome::Slack(err),
    }
}
