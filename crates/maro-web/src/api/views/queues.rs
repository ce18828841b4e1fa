//! What goes to Slack, and what came and could not be handled.

use chrono::{DateTime, Utc};
use maro_app::model::{DeadDelivery, Message, OutboxMessage};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A message to Slack.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct MessageView {
    id: Uuid,
    #[schema(example = "slack_post")]
    kind: &'static str,
    #[schema(example = "delivered")]
    state: &'static str,
    subject: String,
    destination: String,
    text: Option<String>,
    attempts: i32,
    last_error: Option<String>,
    next_at: DateTime<Utc>,
    created_at: DateTime<Utc>,
    delivered_at: Option<DateTime<Utc>>,
}

impl From<OutboxMessage> for MessageView {
    fn from(message: OutboxMessage) -> Self {
        Self {
            id: message.id.0,
            kind: message.message.kind(),
            state: message.state.as_str(),
            subject: message.subject,
            destination: message.destination,
            text: text(&message.message),
            attempts: message.attempts,
            last_error: message.last_error,
            next_at: message.next_at,
            created_at: message.created_at,
            delivered_at: message.delivered_at,
        }
    }
}

fn text(message: &Message) -> Option<String> {
    match message {
        Message::SlackPost { text, .. }
        | Message::SlackUpdatePreview { text, .. }
        | Message::SlackCard { text, .. }
        | Message::SlackCardEdit { text, .. }
        | Message::SlackEphemeral { text, .. }
        | Message::SlackWebhook { text, .. } => Some(text.clone()),
        Message::SlackRespond { body, .. } => body["text"].as_str().map(str::to_owned),
    }
}

/// A delivery that could not be handled.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct DeliveryView {
    id: String,
    #[schema(example = "slack_event")]
    kind: &'static str,
    attempts: i32,
    last_error: Option<String>,
    received_at: DateTime<Utc>,
}

impl From<DeadDelivery> for DeliveryView {
    fn from(delivery: DeadDelivery) -> Self {
        Self {
            id: delivery.id,
            kind: delivery.kind.as_str(),
            attempts: delivery.attempts,
            last_error: delivery.last_error,
            received_at: delivery.received_at,
        }
    }
}
