//! Markdown as a small tree, before ADF's rules about what may stand where are applied.
//!
//! **Invariant:** the tree is at most [`DEEPEST`] containers deep, whatever the source says, so
//! that the steps behind it may recurse. Containers below that are transparent: their text stays.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::inline::{Line, Style};
use crate::adf::nodes::Inline;

/// How many quotes, lists and items may stand in each other.
const DEEPEST: usize = 24;

/// A block of Markdown.
#[derive(Debug)]
pub(super) enum Md {
    Paragraph(Vec<Inline>),
    Heading(u8, Vec<Inline>),
    Quote(Vec<Md>),
    List {
        first: Option<u64>,
        items: Vec<Item>,
    },
    Code {
        language: Option<String>,
        text: String,
    },
    Rule,
    Table(Vec<Row>),
}

/// An item of a list, with its check box if it has one.
#[derive(Debug, Default)]
pub(super) struct Item {
    pub(super) done: Option<bool>,
    pub(super) blocks: Vec<Md>,
}

/// A row of a table.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) header: bool,
    pub(super) cells: Vec<Vec<Inline>>,
}

/// Parses Markdown.
pub(super) fn parse(markdown: &str) -> Vec<Md> {
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut builder = Builder::default();
    for event in Parser::new_ext(markdown, options) {
        builder.take(event);
    }
    builder.flush();
    builder.root
}

/// A container whose end has not come yet.
enum Open {
    Quote(Vec<Md>),
    List(Option<u64>, Vec<Item>),
    Item(Item),
}

#[derive(Default)]
struct Builder {
    root: Vec<Md>,
    open: Vec<Open>,
    /// Containers that are open but too deep to be kept.
    ignored: usize,
    line: Line,
    code: Option<(Option<String>, String)>,
    table: Vec<Row>,
}

impl Builder {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => match &mut self.code {
                Some((_, code)) => code.push_str(&text),
                None => self.line.push(&text),
            },
            Event::Code(text) => self.line.push_code(&text),
            Event::InlineHtml(html) if is_line_break(&html) => self.line.push_break(),
            Event::Html(text)
            | Event::InlineHtml(text)
            | Event::InlineMath(text)
            | Event::DisplayMath(text)
            | Event::FootnoteReference(text) => self.line.push(&text),
            Event::SoftBreak | Event::HardBreak => self.line.push_break(),
            Event::Rule => {
                self.flush();
                self.push(Md::Rule);
            }
            Event::TaskListMarker(done) => self.check(done),
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Emphasis => self.line.open(Style::Em),
            Tag::Strong => self.line.open(Style::Strong),
            Tag::Strikethrough => self.line.open(Style::Strike),
            Tag::Link {
                link_type,
                dest_url,
                ..
            }
            | Tag::Image {
                link_type,
                dest_url,
                ..
            } => {
                self.line.open_link(link_type, &dest_url);
            }
            Tag::BlockQuote(_) => self.enter(Open::Quote(Vec::new())),
            Tag::List(first) => self.enter(Open::List(first, Vec::new())),
            Tag::Item => self.enter(Open::Item(Item::default())),
            Tag::CodeBlock(kind) => {
                self.flush();
                self.code = Some((language(&kind), String::new()));
            }
            Tag::TableHead => self.table.push(Row {
                header: true,
                cells: Vec::new(),
            }),
            Tag::TableRow => self.table.push(Row {
                header: false,
                cells: Vec::new(),
            }),
            Tag::TableCell => {}
            _ => self.flush(),
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Emphasis => self.line.close(Style::Em),
            TagEnd::Strong => self.line.close(Style::Strong),
            TagEnd::Strikethrough => self.line.close(Style::Strike),
            TagEnd::Link | TagEnd::Image => self.line.close_link(),
            TagEnd::BlockQuote(_) | TagEnd::List(_) | TagEnd::Item => self.leave(),
            TagEnd::CodeBlock => {
                if let Some((language, text)) = self.code.take() {
                    self.push(Md::Code { language, text });
                }
            }
            TagEnd::Heading(level) => {
                let content = self.line.take();
                self.push(Md::Heading(level as u8, content));
            }
            TagEnd::TableCell => {
                let content = self.line.take();
                if let Some(row) = self.table.last_mut() {
                    row.cells.push(content);
                }
            }
            TagEnd::TableHead | TagEnd::TableRow => {}
            TagEnd::Table => {
                let rows = std::mem::take(&mut self.table);
                self.push(Md::Table(rows));
            }
            _ => self.flush(),
        }
    }

    fn check(&mut self, done: bool) {
        match self.open.last_mut() {
            Some(Open::Item(item)) if self.ignored == 0 => item.done = Some(done),
            _ => self.line.push(if done { "[x] " } else { "[ ] " }),
        }
    }

    /// Ends the paragraph that is under construction, if there is one.
    fn flush(&mut self) {
        let content = self.line.take();
        if !content.is_empty() {
            self.push(Md::Paragraph(content));
        }
    }

    fn enter(&mut self, container: Open) {
        self.flush();
        if self.ignored > 0 || self.open.len() >= DEEPEST {
            self.ignored += 1;
        } else {
            self.open.push(container);
        }
    }

    fn leave(&mut self) {
        self.flush();
        if self.ignored > 0 {
            self.ignored -= 1;
            return;
        }
        match self.open.pop() {
            Some(Open::Quote(blocks)) => self.push(Md::Quote(blocks)),
            Some(Open::List(first, items)) => self.push(Md::List { first, items }),
            Some(Open::Item(item)) => match self.open.last_mut() {
                Some(Open::List(_, items)) => items.push(item),
                _ => item.blocks.into_iter().for_each(|block| self.push(block)),
            },
            None => {}
        }
    }

    fn push(&mut self, block: Md) {
        match self.open.last_mut() {
            Some(Open::Quote(blocks) | Open::Item(Item { blocks, .. })) => blocks.push(block),
            // An item that is too deep to be kept, in a list that is not.
            Some(Open::List(_, items)) => items.push(Item {
                done: None,
                blocks: vec![block],
            }),
            None => self.root.push(block),
        }
    }
}

fn language(kind: &CodeBlockKind<'_>) -> Option<String> {
    let CodeBlockKind::Fenced(info) = kind else {
        return None;
    };
    info.split_whitespace().next().map(str::to_owned)
}

fn is_line_break(html: &str) -> bool {
    matches!(
        html.to_ascii_lowercase().as_str(),
        "<br>" | "<br/>" | "<br />"
    )
}
