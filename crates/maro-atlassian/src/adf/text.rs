//! An ADF document as plain text, for previews and comparisons.
//!
//! Nothing that a reader of the issue would see is left out: link targets stand in clear behind
//! their text, and unknown nodes show the text that they contain.

use serde_json::Value;

/// Deeper nodes than this are not shown; no real document has them.
const DEEPEST: usize = 100;

/// Renders a document as plain text. A string (version 2 of the API) is returned as it is.
#[must_use]
pub fn to_text(document: &Value) -> String {
    match document {
        Value::String(text) => text.clone(),
        other => blocks(other, 0).trim_end().to_owned(),
    }
}

fn children(node: &Value) -> &[Value] {
    node["content"].as_array().map_or(&[], Vec::as_slice)
}

fn kind(node: &Value) -> &str {
    node["type"].as_str().unwrap_or_default()
}

/// The blocks of a container, with an empty line between them.
fn blocks(container: &Value, depth: usize) -> String {
    joined(container, depth, "\n\n")
}

fn joined(container: &Value, depth: usize, separator: &str) -> String {
    if depth > DEEPEST {
        return String::new();
    }
    let rendered: Vec<String> = children(container)
        .iter()
        .map(|node| block(node, depth + 1))
        .filter(|text| !text.is_empty())
        .collect();
    rendered.join(separator)
}

fn block(node: &Value, depth: usize) -> String {
    match kind(node) {
        "heading" => {
            let level = node["attrs"]["level"].as_u64().unwrap_or(1).clamp(1, 6);
            format!(
                "{} {}",
                "#".repeat(usize::try_from(level).unwrap_or(1)),
                line(node, depth)
            )
        }
        "bulletList" => items(node, depth, |_| "• ".to_owned()),
        "orderedList" => {
            let first = node["attrs"]["order"].as_u64().unwrap_or(1);
            items(node, depth, |n| format!("{}. ", first.saturating_add(n)))
        }
        "taskList" | "table" => joined(node, depth, "\n"),
        "taskItem" => {
            let mark = if node["attrs"]["state"] == "DONE" {
                "[x] "
            } else {
                "[ ] "
            };
            indented(mark, &line(node, depth))
        }
        "blockquote" => prefixed("> ", &blocks(node, depth)),
        "codeBlock" => code(node, depth),
        "rule" => "---".to_owned(),
        "tableRow" => row(node, depth),
        "media" | "mediaInline" => "[attachment]".to_owned(),
        _ if is_inline_container(node) => line(node, depth),
        _ => blocks(node, depth),
    }
}

fn items(list: &Value, depth: usize, bullet: impl Fn(u64) -> String) -> String {
    let mut lines = Vec::new();
    for (n, item) in (0..).zip(children(list)) {
        lines.push(indented(&bullet(n), &joined(item, depth + 1, "\n")));
    }
    lines.join("\n")
}

fn row(node: &Value, depth: usize) -> String {
    let cells: Vec<String> = children(node)
        .iter()
        .map(|cell| joined(cell, depth + 1, " ").replace('\n', " "))
        .collect();
    format!("| {} |", cells.join(" | "))
}

fn code(node: &Value, depth: usize) -> String {
    let language = node["attrs"]["language"].as_str().unwrap_or_default();
    let text = line(node, depth);
    // A fence longer than any in the code, so that its end is unmistakable.
    let mut fence = "```".to_owned();
    while text.contains(&fence) {
        fence.push('`');
    }
    format!("{fence}{language}\n{text}\n{fence}")
}

/// Whether a node's children are inline: its first child carries text or is a known inline node.
fn is_inline_container(node: &Value) -> bool {
    const INLINE: [&str; 9] = [
        "text",
        "hardBreak",
        "mention",
        "emoji",
        "inlineCard",
        "date",
        "status",
        "placeholder",
        "mediaInline",
    ];
    kind(node) == "paragraph"
        || children(node)
            .first()
            .is_some_and(|child| INLINE.contains(&kind(child)))
}

/// The inline content of a node.
fn line(node: &Value, depth: usize) -> String {
    if depth > DEEPEST {
        return String::new();
    }
    let nodes = children(node);
    let mut text = String::new();
    for (n, child) in nodes.iter().enumerate() {
        text.push_str(&inline(child, depth));
        // The target stands once, behind the last node of the link.
        if let Some(target) = href(child)
            && nodes.get(n + 1).and_then(href) != Some(target)
            && link_text(nodes, n, target) != target
        {
            text.extend([" (", target, ")"]);
        }
    }
    text
}

fn inline(node: &Value, depth: usize) -> String {
    let attrs = &node["attrs"];
    let shown = match kind(node) {
        "text" => node["text"].as_str(),
        "hardBreak" => Some("\n"),
        "mention" | "status" | "placeholder" => attrs["text"].as_str(),
        "emoji" => attrs["text"].as_str().or(attrs["shortName"].as_str()),
        "inlineCard" => attrs["url"].as_str(),
        "date" => attrs["timestamp"].as_str(),
        "mediaInline" => Some("[attachment]"),
        _ => return line(node, depth + 1),
    };
    shown.unwrap_or_default().to_owned()
}

fn href(node: &Value) -> Option<&str> {
    let marks = node["marks"].as_array()?;
    marks.iter().find(|mark| kind(mark) == "link")?["attrs"]["href"].as_str()
}

/// The text of the run of nodes up to `last` that share the link `target`.
fn link_text(nodes: &[Value], last: usize, target: &str) -> String {
    let start = nodes[..last]
        .iter()
        .rposition(|n| href(n) != Some(target))
        .map_or(0, |n| n + 1);
    nodes[start..=last]
        .iter()
        .filter_map(|n| n["text"].as_str())
        .collect()
}

fn indented(bullet: &str, text: &str) -> String {
    let indent = format!("\n{}", " ".repeat(bullet.chars().count()));
    format!("{bullet}{}", text.replace('\n', &indent))
}

fn prefixed(prefix: &str, text: &str) -> String {
    text.split('\n')
        .map(|line| format!("{prefix}{line}"))
        .collect::<Vec<_>>()
        .join("\n")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::markdown::to_adf;

    #[test]
    fn a_document_reads_like_the_text_it_came_from() {
        let text = "# Login\n\nFails on **Safari**, see [the log](https://example.com/log).\n\n\
            - one\n- two\n  - deeper\n\n3. three\n4. four\n\n- [x] done\n- [ ] open\n\n\
            > quoted\n\n```rust\nlet x = 1;\n```\n\n---\n\n| a | b |\n|---|---|\n| 1 | 2 |";
        insta::assert_snapshot!(to_text(&to_adf(text)), @r"
        # Login

        Fails on Safari, see the log (https://example.com/log).

        • one
        • two
          • deeper

        3. three
        4. four

        [x] done
        [ ] open

        > quoted

        ```rust
        let x = 1;
        ```

        ---

        | a | b |
        | 1 | 2 |
        ");
    }

    #[test]
    fn link_targets_stand_in_clear_once() {
        let cases = [
            (
                "[bank](https://evil.example)",
                "bank (https://evil.example)",
            ),
            (
                "[a **b** c](https://x.example)",
                "a b c (https://x.example)",
            ),
            ("<https://x.example>", "https://x.example"),
            ("https://x.example/a.", "https://x.example/a."),
        ];
        for (markdown, text) in cases {
            assert_eq!(to_text(&to_adf(markdown)), text);
        }
    }

    #[test]
    fn nodes_that_only_jira_writes_show_their_text() {
        let document = json!({"type": "doc", "version": 1, "content": [
            {"type": "panel", "content": [{"type": "paragraph", "content": [
                {"type": "mention", "attrs": {"id": "1", "text": "@amira"}},
                {"type": "text", "text": " see "},
                {"type": "inlineCard", "attrs": {"url": "https://x.example"}},
            ]}]},
            {"type": "mediaSingle", "content": [{"type": "media", "attrs": {}}]},
            {"type": "unheardOf", "content": [{"type": "text", "text": "still here"}]},
        ]});
        assert_eq!(
            to_text(&document),
            "@amira see https://x.example\n\n[attachment]\n\nstill here"
        );
    }

    #[test]
    fn what_is_no_document_is_shown_as_text_or_nothing() {
        assert_eq!(to_text(&json!("h1. wiki")), "h1. wiki");
        assert_eq!(to_text(&json!(null)), "");
        assert_eq!(to_text(&json!({"content": 7})), "");
    }
}
