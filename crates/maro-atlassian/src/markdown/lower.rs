//! Puts Markdown's blocks where ADF's schema allows them.
//!
//! Only the document itself may hold headings, quotes, rules and tables. In a quote or a list item
//! they become paragraphs that still show what they were: bold, `>`, `---`, `a | b`. A list whose
//! items all have a check box becomes a task list, unless it stands in a quote or an item holds
//! more than text.

use super::tree::{Item, Md, Row};
use crate::adf::nodes::{
    Block, CodeAttrs, HeadingAttrs, Inline, ListItem, Mark, OrderedListAttrs, TableCell, TableRow,
    TaskEntry, TaskItemAttrs, TaskListAttrs, TaskState,
};

/// Where a block stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Document,
    Quote,
    Item,
}

/// Lowers the trees of one document. The counters make the local ids unique and repeatable: the
/// same text always gives the same bytes, so that its hash stays the same.
#[derive(Debug, Default)]
pub(super) struct Lowering {
    ids: usize,
}

impl Lowering {
    /// Lowers the blocks of a document.
    pub(super) fn document(&mut self, tree: Vec<Md>) -> Vec<Block> {
        self.blocks(tree, Place::Document)
    }

    fn blocks(&mut self, tree: Vec<Md>, place: Place) -> Vec<Block> {
        tree.into_iter()
            .flat_map(|block| self.block(block, place))
            .collect()
    }

    fn block(&mut self, block: Md, place: Place) -> Vec<Block> {
        let at_top = place == Place::Document;
        match block {
            Md::Paragraph(content) => vec![Block::Paragraph { content }],
            Md::Heading(_, content) if content.is_empty() => Vec::new(),
            Md::Heading(level, content) if at_top => {
                vec![Block::Heading {
                    attrs: HeadingAttrs { level },
                    content,
                }]
            }
            Md::Heading(_, content) => vec![Block::Paragraph {
                content: strong(content),
            }],
            Md::Quote(inner) if at_top => {
                let content = self.blocks(inner, Place::Quote);
                if content.is_empty() {
                    Vec::new()
                } else {
                    vec![Block::Blockquote { content }]
                }
            }
            Md::Quote(inner) => quoted(self.blocks(inner, place)),
            Md::List { first, items } => self.list(first, items, place).into_iter().collect(),
            Md::Code { language, text } => vec![code(language, &text)],
            Md::Rule if at_top => vec![Block::Rule],
            Md::Rule => vec![paragraph("---")],
            Md::Table(rows) if at_top => table(rows).into_iter().collect(),
            Md::Table(rows) => rows.into_iter().map(row_as_text).collect(),
        }
    }

    fn list(&mut self, first: Option<u64>, items: Vec<Item>, place: Place) -> Option<Block> {
        if items.is_empty() {
            return None;
        }
        if first.is_none() && place != Place::Quote && items.iter().all(is_task) {
            let attrs = TaskListAttrs {
                local_id: self.next_id("tasks"),
            };
            return Some(Block::TaskList {
                attrs,
                content: self.tasks(items),
            });
        }
        let content = items.into_iter().map(|item| self.item(item)).collect();
        Some(match first {
            None => Block::BulletList { content },
            Some(order) => Block::OrderedList {
                attrs: OrderedListAttrs { order },
                content,
            },
        })
    }

    fn item(&mut self, item: Item) -> ListItem {
        let mut content = self.blocks(item.blocks, Place::Item);
        if !matches!(
            content.first(),
            Some(Block::Paragraph { .. } | Block::CodeBlock { .. })
        ) {
            content.insert(
                0,
                Block::Paragraph {
                    content: Vec::new(),
                },
            );
        }
        if let Some(done) = item.done {
            prefix(&mut content, if done { "[x] " } else { "[ ] " });
        }
        ListItem { content }
    }

    fn tasks(&mut self, items: Vec<Item>) -> Vec<TaskEntry> {
        items.into_iter().flat_map(|item| self.task(item)).collect()
    }

    /// A task, and the list of the tasks below it if it has some.
    fn task(&mut self, item: Item) -> Vec<TaskEntry> {
        let state = if item.done == Some(true) {
            TaskState::Done
        } else {
            TaskState::Todo
        };
        let attrs = TaskItemAttrs {
            local_id: self.next_id("task"),
            state,
        };
        let mut content = Vec::new();
        let mut below = None;
        for block in item.blocks {
            match block {
                Md::Paragraph(line) => {
                    if !content.is_empty() {
                        content.push(Inline::HardBreak);
                    }
                    content.extend(line);
                }
                Md::List { items, .. } if !items.is_empty() => {
                    let attrs = TaskListAttrs {
                        local_id: self.next_id("tasks"),
                    };
                    below = Some(TaskEntry::TaskList {
                        attrs,
                        content: self.tasks(items),
                    });
                }
                _ => {}
            }
        }
        std::iter::once(TaskEntry::TaskItem { attrs, content })
            .chain(below)
            .collect()
    }

    fn next_id(&mut self, kind: &str) -> String {
        self.ids += 1;
        format!("{kind}-{}", self.ids)
    }
}

/// Whether an item fits a task list: a check box, text, and at most tasks below it.
fn is_task(item: &Item) -> bool {
    let lines = item
        .blocks
        .iter()
        .take_while(|block| matches!(block, Md::Paragraph(_)))
        .count();
    let fits = match &item.blocks[lines..] {
        [] => true,
        [Md::List { first: None, items }] => items.iter().all(is_task),
        _ => false,
    };
    item.done.is_some() && fits
}

fn paragraph(text: &str) -> Block {
    Block::Paragraph {
        content: vec![Inline::plain(text)],
    }
}

fn code(language: Option<String>, text: &str) -> Block {
    let text = text.strip_suffix('\n').unwrap_or(text);
    let content = if text.is_empty() {
        Vec::new()
    } else {
        vec![Inline::plain(text)]
    };
    Block::CodeBlock {
        attrs: language.map(|language| CodeAttrs { language }),
        content,
    }
}

fn table(rows: Vec<Row>) -> Option<Block> {
    let content: Vec<TableRow> = rows.into_iter().filter_map(row).collect();
    (!content.is_empty()).then_some(Block::Table { content })
}

fn row(row: Row) -> Option<TableRow> {
    let cell = |line| {
        let content = vec![Block::Paragraph { content: line }];
        if row.header {
            TableCell::TableHeader { content }
        } else {
            TableCell::TableCell { content }
        }
    };
    let content: Vec<TableCell> = row.cells.into_iter().map(cell).collect();
    (!content.is_empty()).then_some(TableRow { content })
}

fn row_as_text(row: Row) -> Block {
    let mut content = Vec::new();
    for (n, cell) in row.cells.into_iter().enumerate() {
        if n > 0 {
            content.push(Inline::plain(" | "));
        }
        content.extend(if row.header { strong(cell) } else { cell });
    }
    Block::Paragraph { content }
}

/// Makes a line bold, except for its code, which takes no such mark.
fn strong(mut line: Vec<Inline>) -> Vec<Inline> {
    for node in &mut line {
        if let Inline::Text { marks, .. } = node
            && !marks
                .iter()
                .any(|mark| matches!(mark, Mark::Code | Mark::Strong))
        {
            marks.push(Mark::Strong);
        }
    }
    line
}

/// Marks the paragraphs of a quote that stands where ADF allows none.
fn quoted(mut blocks: Vec<Block>) -> Vec<Block> {
    for block in &mut blocks {
        if let Block::Paragraph { content } = block {
            content.insert(0, Inline::plain("> "));
        }
    }
    blocks
}

/// Writes `text` before the first paragraph, making one if code comes first.
fn prefix(blocks: &mut Vec<Block>, text: &str) {
    if let Some(Block::Paragraph { content }) = blocks.first_mut() {
        content.insert(0, Inline::plain(text));
    } else {
        blocks.insert(0, paragraph(text));
    }
}
