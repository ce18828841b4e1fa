//! The document in Confluence's storage format: XHTML with Atlassian's own elements.
//!
//! **Invariant:** the text is well-formed whatever the source says. Everything is escaped, code stands in
//! CDATA sections that its content cannot end, and characters that XML cannot hold are replaced.
//!
//! See <https://confluence.atlassian.com/doc/confluence-storage-format-790796544.html>.

use crate::adf::nodes::{Block, Inline, ListItem, Mark, TableCell, TableRow, TaskEntry, TaskState};

/// Writes blocks as storage format.
pub(super) fn write(blocks: &[Block]) -> String {
    let mut xml = String::new();
    let mut tasks = 0;
    all(blocks, &mut xml, &mut tasks);
    xml
}

fn all(blocks: &[Block], xml: &mut String, tasks: &mut u32) {
    for it in blocks {
        block(it, xml, tasks);
    }
}

fn block(it: &Block, xml: &mut String, tasks: &mut u32) {
    match it {
        Block::Paragraph { content } => wrapped("p", xml, |xml| line(content, xml)),
        Block::Heading { attrs, content } => {
            wrapped(&format!("h{}", attrs.level), xml, |xml| line(content, xml));
        }
        Block::BulletList { content } => wrapped("ul", xml, |xml| items(content, xml, tasks)),
        Block::OrderedList { attrs, content } => {
            xml.extend(["<ol start=\"", &attrs.order.to_string(), "\">"]);
            items(content, xml, tasks);
            xml.push_str("</ol>");
        }
        Block::TaskList { content, .. } => task_list(content, xml, tasks),
        Block::Blockquote { content } => wrapped("blockquote", xml, |xml| all(content, xml, tasks)),
        Block::CodeBlock { attrs, content } => {
            code(attrs.as_ref().map(|it| it.language.as_str()), content, xml);
        }
        Block::Rule => xml.push_str("<hr />"),
        Block::Table { content } => wrapped("table", xml, |xml| {
            wrapped("tbody", xml, |xml| {
                for it in content {
                    row(it, xml, tasks);
                }
            });
        }),
    }
}

fn wrapped(tag: &str, xml: &mut String, inner: impl FnOnce(&mut String)) {
    xml.extend(["<", tag, ">"]);
    inner(xml);
    xml.extend(["</", tag, ">"]);
}

fn items(list: &[ListItem], xml: &mut String, tasks: &mut u32) {
    for item in list {
        wrapped("li", xml, |xml| all(&item.content, xml, tasks));
    }
}

fn row(row: &TableRow, xml: &mut String, tasks: &mut u32) {
    wrapped("tr", xml, |xml| {
        for cell in &row.content {
            match cell {
                TableCell::TableHeader { content } => {
                    wrapped("th", xml, |xml| all(content, xml, tasks));
                }
                TableCell::TableCell { content } => {
                    wrapped("td", xml, |xml| all(content, xml, tasks));
                }
            }
        }
    });
}

/// Tasks below a task stand in its body.
fn task_list(entries: &[TaskEntry], xml: &mut String, tasks: &mut u32) {
    xml.push_str("<ac:task-list>");
    let mut entries = entries.iter().peekable();
    while let Some(entry) = entries.next() {
        match entry {
            TaskEntry::TaskItem { attrs, content } => {
                *tasks += 1;
                let state = match attrs.state {
                    TaskState::Done => "complete",
                    TaskState::Todo => "incomplete",
                };
                xml.extend(["<ac:task><ac:task-id>", &tasks.to_string(), "</ac:task-id>"]);
                xml.extend(["<ac:task-status>", state, "</ac:task-status><ac:task-body>"]);
                line(content, xml);
                if let Some(TaskEntry::TaskList { content, .. }) =
                    entries.next_if(|next| matches!(next, TaskEntry::TaskList { .. }))
                {
                    task_list(content, xml, tasks);
                }
                xml.push_str("</ac:task-body></ac:task>");
            }
            TaskEntry::TaskList { content, .. } => task_list(content, xml, tasks),
        }
    }
    xml.push_str("</ac:task-list>");
}

fn code(language: Option<&str>, content: &[Inline], xml: &mut String) {
    xml.push_str("<ac:structured-macro ac:name=\"code\">");
    if let Some(language) = language {
        xml.push_str("<ac:parameter ac:name=\"language\">");
        escape(language, xml);
        xml.push_str("</ac:parameter>");
    }
    xml.push_str("<ac:plain-text-body><![CDATA[");
    for node in content {
        if let Inline::Text { text, .. } = node {
            let text: String = text.chars().map(permitted).collect();
            xml.push_str(&text.replace("]]>", "]]]]><![CDATA[>"));
        }
    }
    xml.push_str("]]></ac:plain-text-body></ac:structured-macro>");
}

fn line(content: &[Inline], xml: &mut String) {
    for node in content {
        match node {
            Inline::HardBreak => xml.push_str("<br />"),
            Inline::Text { text, marks } => marked(text, marks, xml),
        }
    }
}

fn marked(text: &str, marks: &[Mark], xml: &mut String) {
    for mark in marks {
        match mark {
            Mark::Link { attrs } => {
                xml.push_str("<a href=\"");
                escape(&attrs.href, xml);
                xml.push_str("\">");
            }
            other => xml.extend(["<", tag(other), ">"]),
        }
    }
    escape(text, xml);
    for mark in marks.iter().rev() {
        xml.extend(["</", tag(mark), ">"]);
    }
}

fn tag(mark: &Mark) -> &'static str {
    match mark {
        Mark::Code => "code",
        Mark::Em => "em",
        Mark::Link { .. } => "a",
        Mark::Strike => "del",
        Mark::Strong => "strong",
    }
}

fn escape(text: &str, xml: &mut String) {
    for c in text.chars() {
        match permitted(c) {
            '&' => xml.push_str("&amp;"),
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            '"' => xml.push_str("&quot;"),
            other => xml.push(other),
        }
    }
}

/// XML 1.0 has no form for most control characters, not even an escaped one.
fn permitted(c: char) -> char {
    let is_control = c < ' ' && !matches!(c, '\t' | '\n' | '\r');
    if is_control || matches!(c, '\u{FFFE}' | '\u{FFFF}') {
        return char::REPLACEMENT_CHARACTER;
    }
    c
}
