//! Answering through the `response_url` of a command or a click.
//!
//! Slack takes five answers within 30 minutes. The address is a secret and comes from a payload,
//! so it is used only if it is Slack's own, or that of the configured API (the sandbox).

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::blocks::Message;
use crate::client::{Received, classify};
use crate::{SlackClient, SlackError};

const RESPONSE_HOST: &str = "hooks.slack.com";

/// Who sees an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Only the person who acted.
    Ephemeral,
    /// Everybody in the channel.
    InChannel,
}

/// An answer to a command or a click. It can be stored as JSON and sent later.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Respond {
    /// Who sees it.
    pub response_type: Audience,
    /// Whether it takes the place of the message that was clicked.
    #[serde(default)]
    pub replace_original: bool,
    /// Whether the message that was clicked goes away.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub delete_original: bool,
    /// What it says; absent when the original is only deleted.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub message: Option<Message>,
}

impl Respond {
    /// Tells the person who acted, and nobody else.
    #[must_use]
    pub fn ephemeral(message: Message) -> Self {
        Self::saying(Audience::Ephemeral, message)
    }

    /// Tells the whole channel.
    #[must_use]
    pub fn in_channel(message: Message) -> Self {
        Self::saying(Audience::InChannel, message)
    }

    /// Replaces the message that was clicked.
    #[must_use]
    pub fn replacing(message: Message) -> Self {
        Self {
            replace_original: true,
            ..Self::saying(Audience::Ephemeral, message)
        }
    }

    /// Removes the message that was clicked.
    #[must_use]
    pub fn deleting() -> Self {
        Self {
            response_type: Audience::Ephemeral,
            replace_original: false,
            delete_original: true,
            message: None,
        }
    }

    fn saying(response_type: Audience, message: Message) -> Self {
        let message = Some(message);
        Self {
            response_type,
            replace_original: false,
            delete_original: false,
            message,
        }
    }
}

impl SlackClient {
    /// Answers a command or a click.
    pub async fn respond(&self, response_url: &str, answer: &Respond) -> Result<(), SlackError> {
        let url = self
            .own_response_url(response_url)
            .ok_or(SlackError::ForeignAddress)?;
        let call = async { judge(&self.post_outside(url, answer).await?) };
        self.observe("response_url", call).await
    }

    fn own_response_url(&self, response_url: &str) -> Option<Url> {
        let url = Url::parse(response_url).ok()?;
        let slacks = url.scheme() == "https"
            && url.host_str() == Some(RESPONSE_HOST)
            && url.port().is_none();
        let ours = url.origin() == self.api_url().origin();
        let plain = url.username().is_empty() && url.password().is_none();
        ((slacks || ours) && plain).then_some(url)
    }
}

/// Slack answers here in plain text or JSON, with or without an error status.
fn judge(received: &Received) -> Result<(), SlackError> {
    received.check_transport()?;
    let text = std::str::from_utf8(&received.body)
        .unwrap_or_default()
        .trim();
    if received.status.is_success() && (text.is_empty() || text == "ok") {
        return Ok(());
    }
    let is_code =
        (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    if is_code {
        return Err(classify(text, Vec::new()));
    }
    received.decode::<IgnoredAny>().map(drop)
}
