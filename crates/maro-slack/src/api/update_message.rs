//! `chat.update`: changes a message that Maro posted.

use serde::{Deserialize, Serialize};

use super::{Metadata, Posted};
use crate::blocks::Message;
use crate::{SlackClient, SlackError};

/// A change of a message. It can be stored as JSON and sent later.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UpdateMessage {
    /// The channel's id.
    pub channel: String,
    /// The message's id within the channel.
    pub ts: String,
    /// What it says from now on. Without blocks the old ones go away, buttons included.
    #[serde(flatten)]
    pub message: Message,
    /// A new note; without one the message keeps the one it has.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub metadata: Option<Metadata>,
}

impl UpdateMessage {
    /// Makes the message at `posted` say `message`.
    #[must_use]
    pub fn new(posted: Posted, message: Message) -> Self {
        Self {
            channel: posted.channel,
            ts: posted.ts,
            message,
            metadata: None,
        }
    }
}

impl SlackClient {
    /// Changes a message. Doing it twice has the effect of doing it once.
    pub async fn update_message(&self, change: &UpdateMessage) -> Result<Posted, SlackError> {
        self.call_json("chat.update", change).await
    }
}
