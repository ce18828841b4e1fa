//! The nodes that Maro writes, typed after Atlassian's ADF schema.
//!
//! The types rule out most invalid documents; what they cannot rule out (which blocks may stand in
//! which) is the business of [`crate::markdown`]'s lowering, and is tested against the schema.

use serde::Serialize;

/// A whole document.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename = "doc")]
pub struct Doc {
    version: u8,
    /// The blocks, in order.
    pub content: Vec<Block>,
}

impl Doc {
    /// A document of these blocks.
    #[must_use]
    pub fn new(content: Vec<Block>) -> Self {
        Self {
            version: 1,
            content,
        }
    }
}

/// A block.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum Block {
    /// A paragraph; it may be empty.
    Paragraph {
        /// Its text.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        content: Vec<Inline>,
    },
    /// A heading.
    Heading {
        /// Its level.
        attrs: HeadingAttrs,
        /// Its text.
        content: Vec<Inline>,
    },
    /// A list with bullets.
    BulletList {
        /// At least one item.
        content: Vec<ListItem>,
    },
    /// A list with numbers.
    OrderedList {
        /// The first number.
        attrs: OrderedListAttrs,
        /// At least one item.
        content: Vec<ListItem>,
    },
    /// A list of tasks.
    TaskList {
        /// Its identity.
        attrs: TaskListAttrs,
        /// At least one entry, the first a task.
        content: Vec<TaskEntry>,
    },
    /// A quotation.
    Blockquote {
        /// Paragraphs, lists and code.
        content: Vec<Block>,
    },
    /// Code.
    CodeBlock {
        /// The language, when the author named one.
        #[serde(skip_serializing_if = "Option::is_none")]
        attrs: Option<CodeAttrs>,
        /// At most one text without marks.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        content: Vec<Inline>,
    },
    /// A line across.
    Rule,
    /// A table.
    Table {
        /// At least one row.
        content: Vec<TableRow>,
    },
}

/// The level of a heading.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HeadingAttrs {
    /// 1 to 6.
    pub level: u8,
}

/// Where the numbers begin.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OrderedListAttrs {
    /// The first number.
    pub order: u64,
}

/// The identity of a task list.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskListAttrs {
    /// Unique within the document.
    pub local_id: String,
}

/// The language of code.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CodeAttrs {
    /// For example `rust`.
    pub language: String,
}

/// An item of a bullet or ordered list.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename = "listItem")]
pub struct ListItem {
    /// Starts with a paragraph or code.
    pub content: Vec<Block>,
}

/// What stands in a task list.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum TaskEntry {
    /// A task.
    TaskItem {
        /// Identity and state.
        attrs: TaskItemAttrs,
        /// Its text.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        content: Vec<Inline>,
    },
    /// The tasks below the task before.
    TaskList {
        /// Its identity.
        attrs: TaskListAttrs,
        /// At least one entry, the first a task.
        content: Vec<TaskEntry>,
    },
}

/// Identity and state of a task.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskItemAttrs {
    /// Unique within the document.
    pub local_id: String,
    /// Whether it is done.
    pub state: TaskState,
}

/// Whether a task is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum TaskState {
    /// It is open.
    Todo,
    /// It is done.
    Done,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename = "tableRow")]
pub struct TableRow {
    /// Its cells.
    pub content: Vec<TableCell>,
}

/// A cell of a table.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum TableCell {
    /// A cell of the header.
    TableHeader {
        /// At least one block.
        content: Vec<Block>,
    },
    /// A cell of the body.
    TableCell {
        /// At least one block.
        content: Vec<Block>,
    },
}

/// What stands in a line.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum Inline {
    /// Text; never empty, without line feeds outside of code blocks.
    Text {
        /// The text.
        text: String,
        /// How it looks.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        marks: Vec<Mark>,
    },
    /// A line break.
    HardBreak,
}

impl Inline {
    /// Text without marks.
    #[must_use]
    pub fn plain(text: impl Into<String>) -> Self {
        Self::Text {
            text: text.into(),
            marks: Vec::new(),
        }
    }
}

/// How text looks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum Mark {
    /// Code; combines only with a link.
    Code,
    /// Italic.
    Em,
    /// A link.
    Link {
        /// Where it leads.
        attrs: LinkAttrs,
    },
    /// Struck through.
    Strike,
    /// Bold.
    Strong,
}

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LinkAttrs {
    /// http, https or mailto.
    pub href: String,
}
