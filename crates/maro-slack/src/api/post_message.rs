//! `chat.postMessage`: says something in a channel or a thread.

use serde::{Deserialize, Serialize};

use super::Metadata;
use crate::blocks::Message;
use crate::{SlackClient, SlackError};

/// A message to be posted. It can be stored as JSON and sent later.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PostMessage {
    /// The channel's id; a user's id opens a direct message.
    pub channel: String,
    /// The thread to answer in.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub thread_ts: Option<String>,
    /// What it says.
    #[serde(flatten)]
    pub message: Message,
    /// A note by which the message is found again after an unclear outcome.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub metadata: Option<Metadata>,
    /// Off: our messages link to Jira, and a second card under each would be noise.
    #[serde(default)]
    pub unfurl_links: bool,
    /// Off, as above.
    #[serde(default)]
    pub unfurl_media: bool,
}

impl PostMessage {
    /// Says `message` in `channel`.
    #[must_use]
    pub fn new(channel: impl Into<String>, message: Message) -> Self {
        Self {
            channel: channel.into(),
            thread_ts: None,
            message,
            metadata: None,
            unfurl_links: false,
            unfurl_media: false,
        }
    }

    /// Answers in a thread.
    #[must_use]
    pub fn in_thread(mut self, thread_ts: impl Into<String>) -> Self {
        self.thread_ts = Some(thread_ts.into());
        self
    }

    /// Puts a note on the message.
    #[must_use]
    pub fn with_metadata(mut self, metadata: Metadata) -> Self {
        self.metadata = Some(metadata);
        self
    }
}

/// Where a message is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posted {
    /// The channel's id, also when a user's id was given.
    pub channel: String,
    /// The message's id within the channel.
    pub ts: String,
}

impl SlackClient {
    /// Posts a message.
    ///
    /// After [`SlackError::OutcomeUnknown`] it may be in the channel: see
    /// [`SlackClient::find_message`].
    pub async fn post_message(&self, message: &PostMessage) -> Result<Posted, SlackError> {
        self.call_json("chat.postMessage", message).await
    }
}
