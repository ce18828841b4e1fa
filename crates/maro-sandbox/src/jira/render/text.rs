//! ADF as plain text, for search and for people who read logs.

use serde_json::Value;

use super::{children, kind, leaf_text};

/// The text of a document, blocks separated by empty lines.
pub(crate) fn plain(document: &Value) -> String {
    blocks(document, "\n\n").trim_end().to_owned()
}

fn blocks(node: &Value, separator: &str) -> String {
    children(node)
        .iter()
        .map(block)
        .filter(|text| !text.is_empty())
        .collect::<Vec<_>>()
        .join(separator)
}

fn block(node: &Value) -> String {
    match kind(node) {
        "paragraph" | "heading" | "codeBlock" | "caption" | "taskItem" | "decisionItem" => {
            children(node).iter().map(leaf_text).collect()
        }
        "bulletList" | "taskList" | "decisionList" => list(node, |_| "- ".to_owned()),
        "orderedList" => {
            let first = node["attrs"]["order"].as_u64().unwrap_or(1);
            list(node, |index| {
                format!("{}. ", first.saturating_add(index as u64))
            })
        }
        "rule" => "----".to_owned(),
        "tableRow" => children(node)
            .iter()
            .map(|cell| blocks(cell, " "))
            .collect::<Vec<_>>()
            .join(" | "),
        "blockCard" | "embedCard" | "media" => leaf_text(node),
        _ => blocks(node, "\n"),
    }
}

fn list(node: &Value, marker: impl Fn(usize) -> String) -> String {
    children(node)
        .iter()
        .enumerate()
        .map(|(index, item)| {
            let text = match kind(item) {
                "listItem" => blocks(item, "\n"),
                _ => block(item),
            };
            format!("{}{}", marker(index), text.replace('\n', "\n  "))
        })
        .collect::<Vec<_>>()
        .join("\n")
}
