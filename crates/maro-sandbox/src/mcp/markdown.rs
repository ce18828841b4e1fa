//! Markdown into an Atlassian document and back, as MCP servers do it for their callers.
//!
//! Covers what people write in tickets. What it does not know stays as text;
//! the way back loses what Markdown has no words for, as the real servers do.

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use serde_json::{Value, json};

/// Markdown as a document.
pub(super) fn to_document(text: &str) -> Value {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let mut builder = Builder {
        open: vec![json!({"type": "doc", "version": 1, "content": []})],
        marks: Vec::new(),
    };
    for event in Parser::new_ext(text, options) {
        builder.take(event);
    }
    builder.open.swap_remove(0)
}

struct Builder {
    /// The nodes that are open, the document first.
    open: Vec<Value>,
    marks: Vec<Value>,
}

impl Builder {
    fn take(&mut self, event: Event) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(end) => self.end(end),
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => {
                self.text(&text, None);
            }
            Event::Code(text) => self.text(&text, Some(&json!({"type": "code"}))),
            Event::SoftBreak => self.text(" ", None),
            Event::HardBreak => self.inline(json!({"type": "hardBreak"})),
            Event::Rule => self.add(json!({"type": "rule"})),
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag) {
        let node = match tag {
            Tag::Paragraph => json!({"type": "paragraph"}),
            Tag::Heading { level, .. } => {
                json!({"type": "heading", "attrs": {"level": number(level)}})
            }
            Tag::BlockQuote(_) => json!({"type": "blockquote"}),
            Tag::CodeBlock(CodeBlockKind::Fenced(language)) if !language.is_empty() => {
                json!({"type": "codeBlock", "attrs": {"language": language.to_string()}})
            }
            Tag::CodeBlock(_) => json!({"type": "codeBlock"}),
            Tag::List(None) => json!({"type": "bulletList"}),
            Tag::List(Some(first)) => json!({"type": "orderedList", "attrs": {"order": first}}),
            Tag::Item => json!({"type": "listItem"}),
            Tag::Table(_) => json!({"type": "table"}),
            Tag::TableHead | Tag::TableRow => json!({"type": "tableRow"}),
            Tag::TableCell => json!({"type": "tableCell"}),
            Tag::Strong => return self.marks.push(json!({"type": "strong"})),
            Tag::Emphasis => return self.marks.push(json!({"type": "em"})),
            Tag::Strikethrough => return self.marks.push(json!({"type": "strike"})),
            Tag::Link { dest_url, .. } => {
                let attrs = json!({"href": dest_url.to_string()});
                return self.marks.push(json!({"type": "link", "attrs": attrs}));
            }
            _ => return,
        };
        self.close_implied();
        self.open.push(with_content(node));
    }

    fn end(&mut self, end: TagEnd) {
        match end {
            TagEnd::Strong | TagEnd::Emphasis | TagEnd::Strikethrough | TagEnd::Link => {
                self.marks.pop();
            }
            TagEnd::Paragraph
            | TagEnd::Heading(_)
            | TagEnd::BlockQuote(_)
            | TagEnd::CodeBlock
            | TagEnd::List(_)
            | TagEnd::Item
            | TagEnd::Table
            | TagEnd::TableHead
            | TagEnd::TableRow
            | TagEnd::TableCell => {
                self.close_implied();
                self.close();
            }
            _ => {}
        }
    }

    /// A tight list has text without a paragraph, which documents do not know.
    fn imply_paragraph(&mut self) {
        let needs = self.open.last().is_some_and(|node| {
            matches!(kind(node), "listItem" | "tableCell" | "blockquote" | "doc")
        });
        if needs {
            self.open
                .push(json!({"type": "paragraph", "content": [], "implied": true}));
        }
    }

    fn close_implied(&mut self) {
        if self.open.last().is_some_and(|node| node["implied"] == true) {
            self.close();
        }
    }

    fn close(&mut self) {
        if self.open.len() < 2 {
            return;
        }
        if let Some(mut node) = self.open.pop() {
            if let Some(object) = node.as_object_mut() {
                object.remove("implied");
            }
            self.add(node);
        }
    }

    fn add(&mut self, node: Value) {
        if let Some(list) = self
            .open
            .last_mut()
            .and_then(|parent| parent["content"].as_array_mut())
        {
            list.push(node);
        }
    }

    fn inline(&mut self, node: Value) {
        self.imply_paragraph();
        self.add(node);
    }

    fn text(&mut self, text: &str, extra: Option<&Value>) {
        let in_code = self
            .open
            .last()
            .is_some_and(|node| kind(node) == "codeBlock");
        let text = if in_code {
            text.trim_end_matches('\n')
        } else {
            text
        };
        if text.is_empty() {
            return;
        }
        let mut node = json!({"type": "text", "text": text});
        let marks: Vec<&Value> = self.marks.iter().chain(extra).collect();
        // Code takes no other mark but a link.
        let has_code = extra.is_some();
        let marks: Vec<&Value> = marks
            .into_iter()
            .filter(|mark| !has_code || matches!(kind(mark), "code" | "link"))
            .collect();
        if !marks.is_empty() && !in_code {
            node["marks"] = json!(marks);
        }
        self.inline(node);
    }
}

fn with_content(mut node: Value) -> Value {
    node["content"] = json!([]);
    node
}

fn kind(node: &Value) -> &str {
    node["type"].as_str().unwrap_or_default()
}

fn number(level: HeadingLevel) -> u8 {
    level as u8
}

/// A document as Markdown.
pub(super) fn from_document(node: &Value) -> String {
    let blocks: Vec<String> = children(node).iter().map(block).collect();
    blocks.join("\n\n")
}

fn children(node: &Value) -> &[Value] {
    node["content"].as_array().map_or(&[], Vec::as_slice)
}

fn block(node: &Value) -> String {
    match kind(node) {
        "paragraph" => inline(node),
        "heading" => {
            let level = node["attrs"]["level"].as_u64().unwrap_or(1);
            format!(
                "{} {}",
                "#".repeat(usize::try_from(level).unwrap_or(1)),
                inline(node)
            )
        }
        "bulletList" => items(node, |_| "- ".to_owned()),
        "orderedList" => items(node, |index| format!("{}. ", index + 1)),
        "codeBlock" => {
            let language = node["attrs"]["language"].as_str().unwrap_or_default();
            format!("```{language}\n{}\n```", inline(node))
        }
        "blockquote" => format!("> {}", from_document(node).replace('\n', "\n> ")),
        "rule" => "---".to_owned(),
        "tableRow" => {
            let cells: Vec<String> = children(node).iter().map(from_document).collect();
            format!("| {} |", cells.join(" | "))
        }
        "table" => {
            let rows: Vec<String> = children(node).iter().map(block).collect();
            rows.join("\n")
        }
        _ => from_document(node),
    }
}

fn items(node: &Value, marker: impl Fn(usize) -> String) -> String {
    let lines: Vec<String> = children(node)
        .iter()
        .enumerate()
        .map(|(index, item)| {
            let text = from_document(item)
                .replace("\n\n", "\n")
                .replace('\n', "\n  ");
            format!("{}{text}", marker(index))
        })
        .collect();
    lines.join("\n")
}

fn inline(node: &Value) -> String {
    children(node).iter().map(marked).collect()
}

fn marked(node: &Value) -> String {
    if kind(node) == "hardBreak" {
        return "  \n".to_owned();
    }
    let mut text = node["text"].as_str().unwrap_or_default().to_owned();
    for mark in node["marks"].as_array().into_iter().flatten() {
        text = match kind(mark) {
            "strong" => format!("**{text}**"),
            "em" => format!("*{text}*"),
            "strike" => format!("~~{text}~~"),
            "code" => format!("`{text}`"),
            "link" => format!(
                "[{text}]({})",
                mark["attrs"]["href"].as_str().unwrap_or_default()
            ),
            _ => text,
        };
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jira::adf;

    const TEXT: &str = "## Why\n\nCarts *expire* **early**, see [docs](https://example.com) and `cart.rs`.\n\n- one\n- two\n  - inner\n\n1. first\n\n```rust\nlet a;\n```\n\n> quoted\n\n---";

    #[test]
    fn documents_from_markdown_are_valid() {
        for text in [
            TEXT,
            "",
            "plain",
            "| a | b |\n|---|---|\n| 1 | **2** |",
            "<b>html</b> & more",
        ] {
            let document = to_document(text);
            assert_eq!(
                adf::validate_structure(&document),
                Ok(()),
                "{text}: {document:#}"
            );
        }
    }

    #[test]
    fn markdown_comes_back() {
        assert_eq!(from_document(&to_document(TEXT)), TEXT);
    }
}
