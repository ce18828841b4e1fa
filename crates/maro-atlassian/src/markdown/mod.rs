//! Markdown to ADF, wiki markup and storage format: CommonMark with tables, strikethrough and task lists.
//!
//! Three steps: `tree` parses into a small tree of bounded depth, `inline` builds the lines on
//! the way, `lower` puts the blocks where ADF's schema allows them. What ADF cannot hold is
//! written out rather than dropped: HTML as text, images as links, targets of other schemes beside
//! their text, a table in a list as lines. `wiki` writes the same nodes for Server and Data Center,
//! `storage` for Confluence.
//!
//! **Invariant:** every text gives a document that validates against Atlassian's ADF schema. A line
//! break in the source stays a line break, because people who type lines into a form mean lines.

mod inline;
mod lower;
mod storage;
mod tree;
mod wiki;
mod wiki_text;

use serde_json::Value;

use crate::adf::nodes::{Block, Doc, HeadingAttrs, Inline};
use crate::credentials::Flavor;
use lower::Lowering;

/// Text behind this many bytes is not converted; its document would exceed Jira's limit many times.
pub const INPUT_LIMIT: usize = 256 * 1024;

/// Converts Markdown to an ADF document.
#[must_use]
pub fn to_adf(markdown: &str) -> Value {
    to_value(Lowering::default().document(convert(markdown)))
}

/// Converts Markdown to Confluence's storage format.
#[must_use]
pub fn to_storage(markdown: &str) -> String {
    storage::write(&Lowering::default().document(convert(markdown)))
}

/// Converts Markdown to what a description or a comment holds: a document on Cloud, wiki markup on
/// Server and Data Center.
#[must_use]
pub fn to_body(flavor: Flavor, markdown: &str) -> Value {
    body(flavor, Lowering::default().document(convert(markdown)))
}

/// Converts several texts to one description, each below its own heading.
///
/// Each text is parsed alone, so that an unclosed fence in one cannot swallow the next. Empty texts
/// are left out together with their headings.
#[must_use]
pub fn sections(flavor: Flavor, parts: &[(&str, &str)]) -> Value {
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
    body(flavor, blocks)
}

fn body(flavor: Flavor, blocks: Vec<Block>) -> Value {
    match flavor {
        Flavor::Cloud => to_value(blocks),
        Flavor::DataCenter => Value::String(wiki::write(&blocks)),
    }
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
