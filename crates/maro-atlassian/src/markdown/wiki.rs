//! The document as wiki markup, which Server and Data Center take in ADF's place.
//!
//! It is written from the same lowered nodes as ADF, so both hold the same text. What could be read as
//! markup is escaped by a backslash. A backslash itself has no such form (two of them are a line break)
//! and becomes an entity.
//!
//! See <https://jira.atlassian.com/secure/WikiRendererHelpAction.jspa?section=all>.

use super::wiki_text::escape;
use crate::adf::nodes::{Block, Inline, ListItem, Mark, TableCell, TableRow, TaskEntry, TaskState};

/// Languages that Jira's code macro knows; for another one it shows an error in the text.
const LANGUAGES: [&str; 24] = [
    "bash",
    "c",
    "c#",
    "c++",
    "css",
    "erlang",
    "go",
    "groovy",
    "haskell",
    "html",
    "java",
    "javascript",
    "json",
    "lua",
    "perl",
    "php",
    "python",
    "r",
    "ruby",
    "scala",
    "sql",
    "swift",
    "xml",
    "yaml",
];

/// Writes blocks as wiki markup.
pub(super) fn write(blocks: &[Block]) -> String {
    let written: Vec<String> = blocks
        .iter()
        .map(|it| block(it, ""))
        .filter(|text| !text.is_empty())
        .collect();
    written.join("\n\n")
}

/// Writes a block; `bullets` are those of the lists around it.
fn block(it: &Block, bullets: &str) -> String {
    match it {
        Block::Paragraph { content } => line(content, "\n"),
        Block::Heading { attrs, content } => format!("h{}. {}", attrs.level, line(content, " ")),
        Block::BulletList { content } => items(content, &format!("{bullets}*")),
        Block::OrderedList { attrs, content } if attrs.order == 1 => {
            items(content, &format!("{bullets}#"))
        }
        Block::OrderedList { attrs, content } => numbered(content, bullets, attrs.order),
        Block::TaskList { content, .. } => tasks(content, &format!("{bullets}*")),
        Block::Blockquote { content } => format!("{{quote}}\n{}\n{{quote}}", write(content)),
        Block::CodeBlock { attrs, content } => {
            code(attrs.as_ref().map(|it| it.language.as_str()), content)
        }
        Block::Rule => "----".to_owned(),
        Block::Table { content } => content.iter().map(row).collect::<Vec<_>>().join("\n"),
    }
}

fn items(list: &[ListItem], bullets: &str) -> String {
    let lines = list.iter().map(|it| item(it, bullets, ""));
    lines.collect::<Vec<_>>().join("\n")
}

/// Wiki markup always counts from one, so another first number is written out.
fn numbered(list: &[ListItem], bullets: &str, first: u64) -> String {
    let bullets = format!("{bullets}*");
    let lines = (first..).zip(list);
    let lines = lines.map(|(n, it)| item(it, &bullets, &format!("{n}. ")));
    lines.collect::<Vec<_>>().join("\n")
}

/// An item: no empty line may stand in it, or the list would end there.
fn item(item: &ListItem, bullets: &str, before: &str) -> String {
    let blocks = item.content.iter().map(|it| block(it, bullets));
    let blocks: Vec<String> = blocks.filter(|text| !text.is_empty()).collect();
    format!("{bullets} {before}{}", blocks.join("\n"))
}

fn tasks(entries: &[TaskEntry], bullets: &str) -> String {
    let lines = entries.iter().map(|entry| match entry {
        TaskEntry::TaskItem { attrs, content } => {
            let mark = if attrs.state == TaskState::Done {
                "x"
            } else {
                " "
            };
            format!("{bullets} \\[{mark}\\] {}", line(content, "\n"))
        }
        TaskEntry::TaskList { content, .. } => tasks(content, &format!("{bullets}*")),
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn row(row: &TableRow) -> String {
    let mut text = String::new();
    let mut end = "|";
    for cell in &row.content {
        let (bar, content) = match cell {
            TableCell::TableHeader { content } => ("||", content),
            TableCell::TableCell { content } => ("|", content),
        };
        let blocks = content.iter().map(|it| match it {
            Block::Paragraph { content } => line(content, " \\\\ "),
            other => block(other, ""),
        });
        let inner = blocks.collect::<Vec<_>>().join(" \\\\ ");
        text.push_str(bar);
        // Two bars without anything between them would be a header's.
        text.push_str(if inner.is_empty() { " " } else { &inner });
        end = bar;
    }
    text + end
}

fn code(language: Option<&str>, content: &[Inline]) -> String {
    let text: String = content.iter().map(plain).collect();
    let language = language.map(known).unwrap_or_default();
    if !text.contains("{code") && LANGUAGES.contains(&language.as_str()) {
        return format!("{{code:{language}}}\n{text}\n{{code}}");
    }
    if !text.contains("{noformat") {
        return format!("{{noformat}}\n{text}\n{{noformat}}");
    }
    // The text would end either macro, so it stands as escaped lines.
    let lines = text.lines().map(|line| escape(line, true));
    lines.collect::<Vec<_>>().join("\n")
}

/// The name by which Jira knows a language.
fn known(language: &str) -> String {
    match language.to_ascii_lowercase().as_str() {
        "js" | "ts" | "typescript" | "jsx" | "tsx" => "javascript".into(),
        "sh" | "shell" | "zsh" | "console" => "bash".into(),
        "py" => "python".into(),
        "rb" => "ruby".into(),
        "yml" => "yaml".into(),
        "cpp" => "c++".into(),
        "cs" | "csharp" => "c#".into(),
        "golang" => "go".into(),
        other => other.into(),
    }
}

fn plain(node: &Inline) -> &str {
    match node {
        Inline::Text { text, .. } => text,
        Inline::HardBreak => "\n",
    }
}

/// A line of text, with `line_break` for each break in it.
fn line(content: &[Inline], line_break: &str) -> String {
    let mut text = String::new();
    for (n, node) in content.iter().enumerate() {
        match node {
            Inline::HardBreak => text.push_str(line_break),
            Inline::Text { text: words, marks } => {
                let starts_line = text.is_empty() || text.ends_with('\n');
                let next = content
                    .get(n + 1)
                    .map(plain)
                    .and_then(|it| it.chars().next());
                let around = (text.chars().next_back(), next);
                text.push_str(&marked(words, marks, starts_line, around));
            }
        }
    }
    text
}

/// Text with its marks. Blanks at its ends stay outside, where marks do not take them.
fn marked(
    words: &str,
    marks: &[Mark],
    starts_line: bool,
    (before, after): (Option<char>, Option<char>),
) -> String {
    let inner = words.trim();
    if marks.is_empty() || inner.is_empty() {
        return escape(words, starts_line);
    }
    let (lead, rest) = words.split_at(words.len() - words.trim_start().len());
    let trail = &rest[inner.len()..];
    let alone = (!lead.is_empty() || is_apart(before)) && (!trail.is_empty() || is_apart(after));
    let mut text = match link(marks) {
        Some(target) => linked(inner, target),
        None => escape(inner, starts_line && lead.is_empty()),
    };
    for mark in marks {
        text = match mark {
            Mark::Code => format!("{{{{{text}}}}}"),
            Mark::Em => phrase("_", &text, alone),
            Mark::Strong => phrase("*", &text, alone),
            Mark::Strike => phrase("-", &text, alone),
            Mark::Link { .. } => text,
        };
    }
    format!("{lead}{text}{trail}")
}

/// Whether a mark beside this character is seen as one.
fn is_apart(neighbour: Option<char>) -> bool {
    neighbour.is_none_or(|c| c.is_whitespace() || matches!(c, ',' | '.' | ';' | '(' | ')'))
}

/// Text in a mark; inside a word only the form in braces is seen.
fn phrase(mark: &str, text: &str, alone: bool) -> String {
    if alone {
        format!("{mark}{text}{mark}")
    } else {
        format!("{{{mark}}}{text}{{{mark}}}")
    }
}

fn link(marks: &[Mark]) -> Option<&str> {
    marks.iter().find_map(|mark| match mark {
        Mark::Link { attrs } => Some(attrs.href.as_str()),
        _ => None,
    })
}

fn linked(text: &str, target: &str) -> String {
    let mut address = String::new();
    for c in target.chars() {
        match c {
            '|' => address.push_str("%7C"),
            '[' => address.push_str("%5B"),
            ']' => address.push_str("%5D"),
            '{' => address.push_str("%7B"),
            '}' => address.push_str("%7D"),
            '^' => address.push_str("%5E"),
            '~' => address.push_str("%7E"),
            '!' => address.push_str("%21"),
            other => address.push(other),
        }
    }
    if text == target {
        return format!("[{address}]");
    }
    format!("[{}|{address}]", escape(text, false))
}
