//! A card: blocks within Slack's limits, and the text for notifications and screen readers.

use maro_slack::blocks::{Block, Message};
use serde_json::{Value, json};

/// What a message shows, ready for the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// The text for notifications and screen readers.
    pub text: String,
    /// Block Kit; empty when the text is all.
    pub blocks: Value,
}

impl Card {
    /// A card of blocks.
    #[must_use]
    pub fn new(text: &str, blocks: Vec<Block>) -> Self {
        let message = Message::new(text, blocks);
        let text = message.fallback().to_owned();
        Self {
            text,
            blocks: serde_json::to_value(message.blocks()).unwrap_or_else(|_| json!([])),
        }
    }

    /// A card of text alone.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            blocks: json!([]),
        }
    }
}
