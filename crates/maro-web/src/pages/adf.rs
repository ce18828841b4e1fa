//! Jira's document format as HTML, for the preview of what would be sent.
//!
//! A string is wiki markup, which Server and Data Center take; it is shown as it is sent.
//! Nothing is hidden: a node that is not known here is shown as its JSON, and a link's target
//! stands beside its words. Nothing becomes a live link or an image.

use std::fmt::Write as _;

use serde_json::Value;

use super::parts::{Markup, escape};

/// Deeper documents than Jira's own editor makes are cut, and said to be.
const DEEPEST: usize = 60;

/// Renders a document; empty when there is none.
pub(super) fn render(document: &Value) -> Markup {
    let mut html = String::new();
    match document.as_str() {
        Some(markup) => wiki(markup, &mut html),
        None => children(document, &mut html, 0),
    }
    Markup::from_safe(html)
}

fn children(node: &Value, html: &mut String, depth: usize) {
    for child in node["content"].as_array().into_iter().flatten() {
        block(child, html, depth + 1);
    }
}

fn block(node: &Value, html: &mut String, depth: usize) {
    if depth > DEEPEST {
        html.push_str("<p>… (nested too deeply to show; see the exact request)</p>");
        return;
    }
    let kind = node["type"].as_str().unwrap_or_default();
    match kind {
        "text" => text(node, html),
        "hardBreak" => html.push_str("<br>"),
        "rule" => html.push_str("<hr>"),
        "heading" => heading(node, html, depth),
        "codeBlock" => code_block(node, html),
        "paragraph" => wrapped("p", node, html, depth),
        "bulletList" | "taskList" | "decisionList" => wrapped("ul", node, html, depth),
        "orderedList" => ordered(node, html, depth),
        "listItem" | "decisionItem" => wrapped("li", node, html, depth),
        "taskItem" => task(node, html, depth),
        "blockquote" | "panel" => wrapped("blockquote", node, html, depth),
        "table" => table(node, html, depth),
        "tableRow" => wrapped("tr", node, html, depth),
        "tableHeader" => wrapped("th", node, html, depth),
        "tableCell" => wrapped("td", node, html, depth),
        _ => unknown(node, html),
    }
}

fn wiki(markup: &str, html: &mut String) {
    html.push_str("<pre tabindex=\"0\">");
    html.push_str(&escape(markup));
    html.push_str("</pre>");
}

fn wrapped(tag: &str, node: &Value, html: &mut String, depth: usize) {
    let _ = write!(html, "<{tag}>"); // Writing to a String cannot fail.
    children(node, html, depth);
    let _ = write!(html, "</{tag}>");
}

/// The page's own headings end at the third level.
fn heading(node: &Value, html: &mut String, depth: usize) {
    let level = node["attrs"]["level"].as_u64().unwrap_or(1).clamp(1, 6);
    let tag = ["h4", "h4", "h5", "h5", "h6", "h6"][usize::try_from(level - 1).unwrap_or(0)];
    wrapped(tag, node, html, depth);
}

fn ordered(node: &Value, html: &mut String, depth: usize) {
    let start = node["attrs"]["order"].as_u64().unwrap_or(1);
    let _ = write!(html, "<ol start=\"{start}\">");
    children(node, html, depth);
    html.push_str("</ol>");
}

fn task(node: &Value, html: &mut String, depth: usize) {
    let done = node["attrs"]["state"] == "DONE";
    html.push_str(if done { "<li>[done] " } else { "<li>[to do] " });
    children(node, html, depth);
    html.push_str("</li>");
}

fn table(node: &Value, html: &mut String, depth: usize) {
    html.push_str("<div class=\"scroll\"><table><tbody>");
    children(node, html, depth);
    html.push_str("</tbody></table></div>");
}

fn code_block(node: &Value, html: &mut String) {
    html.push_str("<pre tabindex=\"0\"><code>");
    for child in node["content"].as_array().into_iter().flatten() {
        html.push_str(&escape(child["text"].as_str().unwrap_or_default()));
    }
    html.push_str("</code></pre>");
}

fn text(node: &Value, html: &mut String) {
    let mut shown = escape(node["text"].as_str().unwrap_or_default());
    for mark in node["marks"].as_array().into_iter().flatten() {
        shown = match mark["type"].as_str().unwrap_or_default() {
            "strong" => format!("<strong>{shown}</strong>"),
            "em" => format!("<em>{shown}</em>"),
            "code" => format!("<code>{shown}</code>"),
            "strike" => format!("<s>{shown}</s>"),
            "underline" => format!("<u>{shown}</u>"),
            "subsup" if mark["attrs"]["type"] == "sub" => format!("<sub>{shown}</sub>"),
            "subsup" => format!("<sup>{shown}</sup>"),
            "link" => link(&shown, mark["attrs"]["href"].as_str().unwrap_or_default()),
            _ => shown,
        };
    }
    html.push_str(&shown);
}

fn link(label: &str, target: &str) -> String {
    let target = escape(target);
    if label == target {
        return format!("<span class=\"target\">{target}</span>");
    }
    format!("{label} <span class=\"target\">({target})</span>")
}

fn unknown(node: &Value, html: &mut String) {
    let _ = write!(html, "<code>{}</code>", escape(&node.to_string()));
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn text_is_escaped_links_are_spelled_out_and_strangers_are_shown() {
        let document = json!({ "type": "doc", "version": 1, "content": [
            { "type": "heading", "attrs": { "level": 2 }, "content": [{ "type": "text", "text": "A <b>" }] },
            { "type": "paragraph", "content": [
                { "type": "text", "text": "see", "marks": [{ "type": "link", "attrs": { "href": "javascript:alert('x')" } }] },
                { "type": "text", "text": " it", "marks": [{ "type": "strong" }] },
            ]},
            { "type": "mystery", "attrs": { "id": "<i>" } },
        ]});
        insta::assert_snapshot!(render(&document).to_string(), @r#"<h4>A &lt;b&gt;</h4><p>see <span class="target">(javascript:alert(&#39;x&#39;))</span><strong> it</strong></p><code>{&quot;attrs&quot;:{&quot;id&quot;:&quot;&lt;i&gt;&quot;},&quot;type&quot;:&quot;mystery&quot;}</code>"#);
    }

    #[test]
    fn wiki_markup_is_shown_as_it_is_sent() {
        let shown = render(&json!("h2. A <b>\n\n* one")).to_string();
        assert_eq!(shown, "<pre tabindex=\"0\">h2. A &lt;b&gt;\n\n* one</pre>");
    }

    #[test]
    fn a_bottomless_document_is_cut() {
        let mut node = json!({ "type": "paragraph", "content": [] });
        for _ in 0..100 {
            node = json!({ "type": "blockquote", "content": [node] });
        }
        let document = json!({ "type": "doc", "content": [node] });
        assert!(render(&document).to_string().contains("nested too deeply"));
    }
}
