//! Sending a notification by the incoming webhook.
//!
//! A webhook cannot be asked what it posted. After an unclear outcome the message goes out again:
//! a notification that comes twice does less harm than one that never comes.

use maro_core::outbox::OutboxMessage;
use maro_slack::webhook::IncomingWebhook;

use super::send::{Outcome, content, delivered};
use crate::App;

const NO_WEBHOOK: &str = "There is no incoming webhook. Set SLACK_WEBHOOK_URL.";

/// Sends one notification.
pub(super) async fn send_by_webhook(app: &App, row: &OutboxMessage) -> Outcome {
    let address = app
        .slack_settings()
        .and_then(|slack| slack.webhook_url.clone());
    let Some(address) = address else {
        return Outcome::Impossible(NO_WEBHOOK.into());
    };
    match IncomingWebhook::new(address) {
        Ok(webhook) => delivered(webhook.post(&content(&row.message)).await),
        Err(err) => Outcome::Slack(err),
    }
}
