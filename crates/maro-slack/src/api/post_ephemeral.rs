//! `chat.postEphemeral`: tells one person something that nobody else sees.

use serde::{Deserialize, Serialize};

use crate::blocks::Message;
use crate::{SlackClient, SlackError};

/// A message for one person. It can be stored as JSON and sent later.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PostEphemeral {
    /// The channel's id.
    pub channel: String,
    /// Who sees it; must be in the channel.
    pub user: String,
    /// The thread to show it in.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub thread_ts: Option<String>,
    /// What it says.
    #[serde(flatten)]
    pub message: Message,
}

impl PostEphemeral {
    /// Tells `user` something in `channel`.
    #[must_use]
    pub fn new(channel: impl Into<String>, user: impl Into<String>, message: Message) -> Self {
        Self {
            channel: channel.into(),
            user: user.into(),
            thread_ts: None,
            message,
        }
    }

    /// Shows it in a thread.
    #[must_use]
    pub fn in_thread(mut self, thread_ts: impl Into<String>) -> Self {
        self.thread_ts = Some(thread_ts.into());
        self
    }
}

#[derive(Deserialize)]
struct Answer {
    message_ts: String,
}

impl SlackClient {
    /// Tells one person something. The returned id cannot be used to change it.
    pub async fn post_ephemeral(&self, message: &PostEphemeral) -> Result<String, SlackError> {
        let answer: Answer = self.call_json("chat.postEphemeral", message).await?;
        Ok(answer.message_ts)
    }
}
