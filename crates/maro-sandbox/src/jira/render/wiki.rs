//! ADF as Jira's wiki text.

use serde_json::Value;

use super::{children, kind, leaf_text};

/// The wiki text of a document.
pub(crate) fn wiki(document: &Value) -> String {
    blocks(document)
}

fn blocks(node: &Value) -> String {
    children(node)
        .iter()
        .map(block)
        .collect::<Vec<_>>()
        .join("\n\n")
}

fn block(node: &Value) -> String {
    match kind(node) {
        "paragraph" | "taskItem" | "decisionItem" | "caption" => inline(node),
        "heading" => format!(
            "h{}. {}",
            node["attrs"]["level"].as_u64().unwrap_or(1),
            inline(node)
        ),
        "bulletList" | "orderedList" | "taskList" | "decisionList" => list(node, ""),
        "codeBlock" => {
            let text: String = children(node).iter().map(leaf_text).collect();
            match node["attrs"]["language"].as_str() {
                Some(language) => format!("{{code:{language}}}\n{text}\n{{code}}"),
                None => format!("{{noformat}}{text}{{noformat}}"),
            }
        }
        "blockquote" => format!("{{quote}}{}{{quote}}", blocks(node)),
        "panel" => format!("{{panel}}\n{}\n{{panel}}", blocks(node)),
        "rule" => "----".to_owned(),
        "table" => children(node)
            .iter()
            .map(row)
            .collect::<Vec<_>>()
            .join("\n"),
        "blockCard" | "embedCard" => format!("[{}]", leaf_text(node)),
        "media" | "mediaSingle" => "!image!".to_owned(),
        _ => blocks(node),
    }
}

fn row(node: &Value) -> String {
    let mut line = String::new();
    let mut bar = "|";
    for cell in children(node) {
        bar = if kind(cell) == "tableHeader" {
            "||"
        } else {
            "|"
        };
        line += bar;
        line += &blocks(cell);
    }
    line + bar
}

fn list(node: &Value, outer: &str) -> String {
    let marker = if kind(node) == "orderedList" {
        "#"
    } else {
        "*"
    };
    let prefix = format!("{outer}{marker}");
    let mut lines = Vec::new();
    for item in children(node) {
        if kind(item) != "listItem" {
            lines.push(format!("{prefix} {}", block(item)));
            continue;
        }
        for (index, part) in children(item).iter().enumerate() {
            lines.push(match kind(part) {
                "bulletList" | "orderedList" => list(part, &prefix),
                _ if index == 0 => format!("{prefix} {}", block(part)),
                _ => block(part),
            });
        }
    }
    lines.join("\n")
}

fn inline(node: &Value) -> String {
    children(node).iter().map(marked).collect()
}

fn marked(node: &Value) -> String {
    let mut text = leaf_text(node);
    if kind(node) == "mention" {
        return format!(
            "[~accountid:{}]",
            node["attrs"]["id"].as_str().unwrap_or_default()
        );
    }
    if kind(node) == "inlineCard" {
        return format!("[{text}]");
    }
    for mark in node["marks"].as_array().into_iter().flatten() {
        text = match kind(mark) {
            "strong" => format!("*{text}*"),
            "em" => format!("_{text}_"),
            "strike" => format!("-{text}-"),
            "underline" => format!("+{text}+"),
            "code" => format!("{{{{{text}}}}}"),
            "link" => format!(
                "[{text}|{}]",
                mark["attrs"]["href"].as_str().unwrap_or_default()
            ),
            "subsup" if mark["attrs"]["type"] == "sub" => format!("~{text}~"),
            "subsup" => format!("^{text}^"),
            _ => text,
        };
    }
    text
}
