//! ADF as HTML that is safe to put into a page.

use serde_json::Value;

use super::{children, kind, leaf_text};

/// The HTML of a document.
pub(crate) fn html(document: &Value) -> String {
    children(document).iter().map(block).collect()
}

fn block(node: &Value) -> String {
    let inner = || html(node);
    match kind(node) {
        "paragraph" | "caption" => wrap("p", &inline(node)),
        "heading" => {
            let level = node["attrs"]["level"].as_u64().unwrap_or(1).clamp(1, 6);
            wrap(&format!("h{level}"), &inline(node))
        }
        "codeBlock" => wrap("pre", &wrap("code", &inline(node))),
        "bulletList" | "taskList" | "decisionList" => wrap("ul", &inner()),
        "orderedList" => match node["attrs"]["order"].as_u64() {
            Some(first) => format!("<ol start=\"{first}\">{}</ol>", inner()),
            None => wrap("ol", &inner()),
        },
        "listItem" => wrap("li", &inner()),
        "taskItem" if node["attrs"]["state"] == "DONE" => {
            wrap("li", &format!("☑ {}", inline(node)))
        }
        "taskItem" => wrap("li", &format!("☐ {}", inline(node))),
        "decisionItem" => wrap("li", &inline(node)),
        "blockquote" => wrap("blockquote", &inner()),
        "panel" => format!("<div class=\"panel\">{}</div>", inner()),
        "rule" => "<hr>".to_owned(),
        "table" => wrap("table", &wrap("tbody", &inner())),
        "tableRow" => wrap("tr", &inner()),
        "tableCell" => wrap("td", &inner()),
        "tableHeader" => wrap("th", &inner()),
        "blockCard" | "embedCard" => {
            wrap("p", &anchor(&leaf_text(node), &escape(&leaf_text(node))))
        }
        "media" => wrap("p", &escape(&leaf_text(node))),
        _ => inner(),
    }
}

fn inline(node: &Value) -> String {
    children(node).iter().map(marked).collect()
}

fn marked(node: &Value) -> String {
    match kind(node) {
        "hardBreak" => return "<br>".to_owned(),
        "inlineCard" => return anchor(&leaf_text(node), &escape(&leaf_text(node))),
        _ => {}
    }
    let mut text = escape(&leaf_text(node));
    for mark in node["marks"].as_array().into_iter().flatten() {
        text = match kind(mark) {
            "strong" => wrap("strong", &text),
            "em" => wrap("em", &text),
            "strike" => wrap("del", &text),
            "underline" => wrap("ins", &text),
            "code" => wrap("code", &text),
            "link" => anchor(mark["attrs"]["href"].as_str().unwrap_or_default(), &text),
            "subsup" if mark["attrs"]["type"] == "sub" => wrap("sub", &text),
            "subsup" => wrap("sup", &text),
            _ => text,
        };
    }
    text
}

fn wrap(tag: &str, inner: &str) -> String {
    format!("<{tag}>{inner}</{tag}>")
}

fn anchor(href: &str, inner: &str) -> String {
    let lower = href.to_ascii_lowercase();
    let safe = ["http://", "https://", "mailto:"]
        .iter()
        .any(|scheme| lower.starts_with(scheme));
    if safe {
        format!(
            "<a href=\"{}\" rel=\"nofollow noreferrer\">{inner}</a>",
            escape(href)
        )
    } else {
        inner.to_owned()
    }
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            '\'' => out += "&#39;",
            other => out.push(other),
        }
    }
    out
}
