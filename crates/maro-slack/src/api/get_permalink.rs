//! `chat.getPermalink`: the address at which people open a message.

use serde::Deserialize;

use crate::{SlackClient, SlackError};

#[derive(Deserialize)]
struct Answer {
    permalink: String,
}

impl SlackClient {
    /// The address of a message.
    pub async fn permalink(&self, channel: &str, ts: &str) -> Result<String, SlackError> {
        let fields = [("channel", channel), ("message_ts", ts)];
        let answer: Answer = self.call_form("chat.getPermalink", &fields).await?;
        Ok(answer.permalink)
    }
}
