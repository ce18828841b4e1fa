//! A message: its blocks, and the text that notifications and screen readers get.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::clip::{clip, clip_mrkdwn, filled, length};
use super::{Block, Context, Text, Violation, limits, validate};

/// Texts are not cut below this while longer ones can be.
const FLOORS: [usize; 4] = [400, 100, 20, 2];

/// A message. Slack always gets both parts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    text: String,
    // Written even when empty: an update without the field would keep the old blocks.
    #[serde(default)]
    blocks: Vec<Block>,
}

impl Message {
    /// A message of blocks, with `text` for notifications and screen readers.
    ///
    /// What exceeds Slack's limits goes: blocks after the fiftieth, with a note that says so, and
    /// the ends of the longest texts while all together are too long.
    #[must_use]
    pub fn new(text: &str, blocks: Vec<Block>) -> Self {
        let text = clip_mrkdwn(filled(text), limits::MESSAGE_TEXT);
        Self {
            text,
            blocks: fitted(bounded(blocks)),
        }
    }

    /// A message of text alone, in Slack's markup.
    #[must_use]
    pub fn text(text: &str) -> Self {
        Self::new(text, Vec::new())
    }

    /// The text for notifications and screen readers.
    #[must_use]
    pub fn fallback(&self) -> &str {
        &self.text
    }

    /// The blocks.
    #[must_use]
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// Everything in it that Slack would refuse.
    #[must_use]
    pub fn validate(&self) -> Vec<Violation> {
        let mut violations = validate(&self.blocks);
        if filled(&self.text) != self.text {
            violations.push(Violation::new("text", "must not be empty"));
        }
        if length(&self.text) > limits::MESSAGE_TEXT {
            violations.push(Violation::new("text", "longer than 4000"));
        }
        violations
    }
}

fn bounded(mut blocks: Vec<Block>) -> Vec<Block> {
    if blocks.len() > limits::MESSAGE_BLOCKS {
        let hidden = blocks.len() - (limits::MESSAGE_BLOCKS - 1);
        blocks.truncate(limits::MESSAGE_BLOCKS - 1);
        let note = clip(
            &format!("{hidden} more parts do not fit here."),
            limits::TEXT,
        );
        blocks.push(Context::new(Text::plain(&note)).into());
    }
    blocks
}

/// Cuts the longest texts first, so that short ones and all buttons stay whole.
fn fitted(mut blocks: Vec<Block>) -> Vec<Block> {
    let mut excess = total(&blocks).saturating_sub(limits::MESSAGE_TOTAL);
    for floor in FLOORS {
        while excess > 0 {
            let longest = texts_mut(&mut blocks)
                .into_iter()
                .max_by_key(|text| text.length());
            let Some(longest) = longest.filter(|text| text.length() > floor) else {
                break;
            };
            let before = longest.length();
            longest.clip_to(before.saturating_sub(excess).max(floor));
            let gained = before.saturating_sub(longest.length());
            if gained == 0 {
                break;
            }
            excess = excess.saturating_sub(gained);
        }
    }
    while total(&blocks) > limits::MESSAGE_TOTAL {
        blocks.pop();
    }
    blocks
}

fn texts_mut(blocks: &mut [Block]) -> Vec<&mut Text> {
    let mut texts = Vec::new();
    for block in blocks {
        match block {
            Block::Section(section) => {
                texts.extend(section.text.as_mut());
                texts.extend(section.fields.iter_mut());
            }
            Block::Context(context) => texts.extend(context.elements.iter_mut()),
            Block::Header(_) | Block::Actions(_) | Block::Divider(_) | Block::Input(_) => {}
        }
    }
    texts
}

/// How much Slack may count: every string, as it does not say which it counts.
pub(super) fn total(blocks: &[Block]) -> usize {
    serde_json::to_value(blocks).map_or(0, |value| strings(&value))
}

fn strings(value: &Value) -> usize {
    match value {
        Value::String(text) => length(text),
        Value::Array(items) => items.iter().map(strings).sum(),
        Value::Object(fields) => fields.values().map(strings).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    }
}
