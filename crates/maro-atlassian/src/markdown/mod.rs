//! Markdown to ADF: CommonMark with tables, strikethrough and task lists.
//!
//! Three steps: `tree` parses into a small tree of bounded depth, `inline` builds the lines on
//! the way, `lower` puts the blocks where ADF's schema allows them. What ADF cannot hold is
//! written out rather than dropped: HTML as text, images as links, targets of other schemes beside
//! their text, a table in a list as lines.
//!
//! **Invariant:** every text gives a document that validates against Atlassian's ADF schema. A line
//! break in the source stays a line break, because people who type lines into a form mean lines.

mod inline;
mod lower;
mod tree;

use serde_json::Value;

use crate::adf::nodes::{Block, Doc, HeadingAttrs, Inline};
use lower::Lowering;

/// Text behind this many bytes is not converted; its document would exceed Jira's limit many times.
pub const INPUT_LIMIT: usize = 256 * 1024;

/// Converts Markdown to an ADF document.
#[must_use]
pub fn to_adf(markdown: &str) -> Value {
    to_value(Lowering::default().document(convert(markdown)))
}

/// Converts several texts to one document, each below its own heading.
///
/// Each text is parsed alone, so that an unclosed fence in one cannot swallow the next. Empty texts
/// are left out together with their headings.
#[must_use]
pub fn sections(parts: &[(&str, &str)]) -> Value {
    let mut lowering = Lowering::default();
    let mut blocks = Vec::new();
    for (title, markdown) in parts {
        let body = lowering.document(convert(markdown));
        if !body.is_empty() {
            let content = vec![Inline::plain(*title)];
            blocks.push(Block::Heading {
                attrs: HeadingAttrs { level: 2 },
                content,
            });
            blocks.extend(body);
        }
    }
    to_value(blocks)
}

fn convert(markdown: &str) -> Vec<tree::Md> {
    if markdown.len() <= INPUT_LIMIT {
        return tree::parse(markdown);
    }
    let mut parsed = tree::parse(&markdown[..markdown.floor_char_boundary(INPUT_LIMIT)]);
    let note = format!("(The text is cut here: it is longer than {INPUT_LIMIT} bytes.)");
    parsed.push(tree::Md::Paragraph(vec![Inline::plain(note)]));
    parsed
}

fn to_value(blocks: Vec<Block>) -> Value {
    serde_json::to_value(Doc::new(blocks)).expect("nodes have text keys only and always serialize")
}
