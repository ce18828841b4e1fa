//! `conversations.info`: what a channel is, and whether Maro is in it.

use serde::Deserialize;

use crate::{SlackClient, SlackError};

/// A channel, a group or a direct message.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the flags are Slack's and independent"
)]
pub struct Channel {
    /// The channel's id.
    pub id: String,
    /// Its name without `#`; empty for direct messages.
    #[serde(default)]
    pub name: String,
    /// Whether only its members see it.
    #[serde(default)]
    pub is_private: bool,
    /// Whether nothing can be posted any more.
    #[serde(default)]
    pub is_archived: bool,
    /// Whether Maro is in it.
    #[serde(default)]
    pub is_member: bool,
    /// Whether it is a direct message.
    #[serde(default)]
    pub is_im: bool,
    /// Whether it is shared with another organisation.
    #[serde(default)]
    pub is_ext_shared: bool,
}

#[derive(Deserialize)]
struct Answer {
    channel: Channel,
}

impl SlackClient {
    /// Loads a channel.
    pub async fn conversations_info(&self, channel: &str) -> Result<Channel, SlackError> {
        let answer: Answer = self
            .call_form("conversations.info", &[("channel", channel)])
            .await?;
        Ok(answer.channel)
    }
}
