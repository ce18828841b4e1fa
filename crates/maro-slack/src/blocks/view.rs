//! A modal.

use serde::{Deserialize, Serialize};

use super::clip::{clip_id, cut, length};
use super::validate::check_blocks;
use super::{Block, PlainText, Violation, limits};

/// A modal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "modal")]
pub struct View {
    callback_id: String,
    title: PlainText,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    submit: Option<PlainText>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    close: Option<PlainText>,
    blocks: Vec<Block>,
    #[serde(skip_serializing_if = "String::is_empty", default)]
    private_metadata: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    external_id: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    notify_on_close: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    clear_on_close: bool,
}

impl View {
    /// A modal. With input blocks it gets a "Submit" button, which Slack demands then.
    #[must_use]
    pub fn new(callback_id: &str, title: &str, mut blocks: Vec<Block>) -> Self {
        blocks.truncate(limits::VIEW_BLOCKS);
        let has_input = blocks.iter().any(|block| matches!(block, Block::Input(_)));
        Self {
            callback_id: cut(callback_id, limits::ID),
            title: PlainText::new(title, limits::VIEW_TITLE),
            submit: has_input.then(|| PlainText::new("Submit", limits::VIEW_TITLE)),
            close: None,
            blocks,
            private_metadata: String::new(),
            external_id: None,
            notify_on_close: false,
            clear_on_close: false,
        }
    }

    /// Words the button that submits.
    #[must_use]
    pub fn with_submit(mut self, submit: &str) -> Self {
        self.submit = Some(PlainText::new(submit, limits::VIEW_TITLE));
        self
    }

    /// Words the button that closes.
    #[must_use]
    pub fn with_close(mut self, close: &str) -> Self {
        self.close = Some(PlainText::new(close, limits::VIEW_TITLE));
        self
    }

    /// Text that comes back with the submission. Up to 3000 characters; keep ids in it, not content.
    #[must_use]
    pub fn with_private_metadata(mut self, metadata: &str) -> Self {
        self.private_metadata = cut(metadata, limits::PRIVATE_METADATA);
        self
    }

    /// A name of our own, unique in the workspace.
    #[must_use]
    pub fn with_external_id(mut self, external_id: &str) -> Self {
        self.external_id = clip_id(external_id);
        self
    }

    /// Tells us when it is closed without submitting.
    #[must_use]
    pub fn notifying_on_close(mut self) -> Self {
        self.notify_on_close = true;
        self
    }

    /// The blocks.
    #[must_use]
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// Everything in it that Slack would refuse.
    #[must_use]
    pub fn validate(&self) -> Vec<Violation> {
        let mut violations = check_blocks(&self.blocks, limits::VIEW_BLOCKS);
        let mut check = |field: &str, text: &str, limit: usize| {
            if length(text) > limit {
                violations.push(Violation::new(field, &format!("longer than {limit}")));
            }
        };
        check("title", self.title.as_str(), limits::VIEW_TITLE);
        for (field, text) in [("submit", &self.submit), ("close", &self.close)] {
            check(
                field,
                text.as_ref().map_or("", PlainText::as_str),
                limits::VIEW_TITLE,
            );
        }
        check("callback_id", &self.callback_id, limits::ID);
        check(
            "external_id",
            self.external_id.as_deref().unwrap_or_default(),
            limits::ID,
        );
        check(
            "private_metadata",
            &self.private_metadata,
            limits::PRIVATE_METADATA,
        );
        let has_input = self
            .blocks
            .iter()
            .any(|block| matches!(block, Block::Input(_)));
        if has_input && self.submit.is_none() {
            violations.push(Violation::new("submit", "is needed with input blocks"));
        }
        if self.blocks.is_empty() {
            violations.push(Violation::new("blocks", "must not be empty"));
        }
        violations
    }
}
