//! Text objects.

use serde::{Deserialize, Serialize};

use super::clip::{clip, clip_mrkdwn, filled, length};
use super::limits;

/// Text, with or without Slack's markup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum Text {
    /// Text that is shown as it is.
    #[serde(rename = "plain_text")]
    Plain {
        /// The text.
        text: String,
        /// Off: `:smile:` in somebody's text stays what they wrote.
        #[serde(default)]
        emoji: bool,
    },
    /// Text in Slack's markup.
    #[serde(rename = "mrkdwn")]
    Mrkdwn {
        /// The text.
        text: String,
        /// On: nothing but explicit markup becomes a link or a mention.
        #[serde(default)]
        verbatim: bool,
    },
}

impl Text {
    /// Text that is shown as it is.
    #[must_use]
    pub fn plain(text: &str) -> Self {
        Self::Plain {
            text: clip(filled(text), limits::TEXT),
            emoji: false,
        }
    }

    /// Text in Slack's markup. What people typed must have gone through
    /// [`crate::mrkdwn::from_user`].
    #[must_use]
    pub fn mrkdwn(text: &str) -> Self {
        Self::Mrkdwn {
            text: clip_mrkdwn(filled(text), limits::TEXT),
            verbatim: true,
        }
    }

    /// The text itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Plain { text, .. } | Self::Mrkdwn { text, .. } => text,
        }
    }

    pub(super) fn length(&self) -> usize {
        length(self.as_str())
    }

    pub(super) fn clipped(mut self, limit: usize) -> Self {
        self.clip_to(limit);
        self
    }

    pub(super) fn clip_to(&mut self, limit: usize) {
        match self {
            Self::Plain { text, .. } => *text = clip(text, limit),
            Self::Mrkdwn { text, .. } => *text = clip_mrkdwn(text, limit),
        }
    }
}

/// Text where Slack takes no markup: headers, labels, buttons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "plain_text")]
pub struct PlainText {
    text: String,
    #[serde(default)]
    emoji: bool,
}

impl PlainText {
    pub(super) fn new(text: &str, limit: usize) -> Self {
        Self {
            text: clip(filled(text), limit),
            emoji: false,
        }
    }

    /// The text itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}
