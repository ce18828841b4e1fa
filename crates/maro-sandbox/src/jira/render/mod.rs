//! ADF documents as plain text, as wiki text and as HTML.
//!
//! Wiki text is what version 2 of the API and webhooks carry. HTML is what
//! `renderedFields` carries and what the page shows; everything in it is
//! escaped, and links that are not http, https or mailto lose their target.

mod html;
mod text;
mod wiki;

pub(crate) use html::html;
pub(crate) use text::plain;
pub(crate) use wiki::wiki;

use serde_json::Value;

/// The children of a node.
fn children(node: &Value) -> &[Value] {
    node["content"].as_array().map_or(&[], Vec::as_slice)
}

/// The type of a node or mark.
fn kind(node: &Value) -> &str {
    node["type"].as_str().unwrap_or_default()
}

/// What an inline node without children says.
fn leaf_text(node: &Value) -> String {
    let attrs = &node["attrs"];
    let text = match kind(node) {
        "text" => &node["text"],
        "mention" | "status" | "placeholder" => &attrs["text"],
        "emoji" if attrs["text"].is_string() => &attrs["text"],
        "emoji" => &attrs["shortName"],
        "inlineCard" | "blockCard" | "embedCard" => &attrs["url"],
        "date" => &attrs["timestamp"],
        "media" | "mediaInline" => &attrs["alt"],
        "hardBreak" => return "\n".to_owned(),
        _ => &Value::Null,
    };
    text.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn sample() -> Value {
        json!({"type": "doc", "version": 1, "content": [
            {"type": "heading", "attrs": {"level": 2}, "content": [{"type": "text", "text": "Why"}]},
            {"type": "paragraph", "content": [
                {"type": "text", "text": "Carts "},
                {"type": "text", "text": "expire", "marks": [{"type": "strong"}]},
                {"type": "text", "text": " <early>", "marks": [{"type": "link", "attrs": {"href": "javascript:alert(1)"}}]},
            ]},
            {"type": "orderedList", "content": [
                {"type": "listItem", "content": [
                    {"type": "paragraph", "content": [{"type": "text", "text": "one"}]},
                    {"type": "bulletList", "content": [{"type": "listItem", "content": [
                        {"type": "paragraph", "content": [{"type": "text", "text": "inner"}]}]}]},
                ]},
            ]},
            {"type": "codeBlock", "attrs": {"language": "rust"}, "content": [{"type": "text", "text": "let a;\nlet b;"}]},
        ]})
    }

    #[test]
    fn a_document_becomes_plain_text() {
        insta::assert_snapshot!(plain(&sample()), @"
        Why

        Carts expire <early>

        1. one
          - inner

        let a;
        let b;
        ");
    }

    #[test]
    fn a_document_becomes_wiki_text() {
        insta::assert_snapshot!(wiki(&sample()), @"
        h2. Why

        Carts *expire*[ <early>|javascript:alert(1)]

        # one
        #* inner

        {code:rust}
        let a;
        let b;
        {code}
        ");
    }

    #[test]
    fn html_is_escaped_and_keeps_no_script_links() {
        assert_eq!(
            html(&sample()),
            "<h2>Why</h2><p>Carts <strong>expire</strong> &lt;early&gt;</p>\
             <ol><li><p>one</p><ul><li><p>inner</p></li></ul></li></ol>\
             <pre><code>let a;\nlet b;</code></pre>"
        );
    }
}
