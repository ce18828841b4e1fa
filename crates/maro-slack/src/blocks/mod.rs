//! Block Kit, typed, for the blocks and elements that Maro uses.
//!
//! The constructors keep every limit of Slack by clipping on character boundaries with "…", and
//! never panic: a preview that lost its tail can still be read, a refused one cannot. Callers that
//! must not lose text measure it first and offer "View full". [`validate()`] checks finished blocks
//! against the same limits, independent of how they were built.
//!
//! Text that people typed goes through [`crate::mrkdwn`] before it is put into a [`Text::mrkdwn`].

mod choices;
mod clip;
mod elements;
pub mod limits;
mod message;
mod options;
mod text;
mod validate;
mod view;

use serde::{Deserialize, Serialize};

pub use choices::{
    Checkboxes, ExternalSelect, MultiStaticSelect, Overflow, Radio, StaticSelect, UsersSelect,
};
pub use elements::{ActionElement, Button, ButtonStyle, Element, InputElement, TextInput};
pub use message::Message;
pub use options::{Choice, Confirm};
pub use text::{PlainText, Text};
pub use validate::{Violation, validate};
pub use view::View;

use clip::clip_id;

/// One block of a message or a modal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Block {
    /// Text, fields, perhaps with an element beside.
    Section(Section),
    /// A large line.
    Header(Header),
    /// Small print.
    Context(Context),
    /// A row of buttons and menus.
    Actions(Actions),
    /// A line.
    Divider(Divider),
    /// A labelled field of a form.
    Input(Input),
}

/// Text, fields, perhaps with an element beside.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Section {
    #[serde(skip_serializing_if = "Option::is_none", default)]
    block_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) text: Option<Text>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub(crate) fields: Vec<Text>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    accessory: Option<Box<Element>>,
}

impl Section {
    /// A paragraph.
    #[must_use]
    pub fn new(text: Text) -> Self {
        let text = Some(text.clipped(limits::SECTION_TEXT));
        Self {
            block_id: None,
            text,
            fields: Vec::new(),
            accessory: None,
        }
    }

    /// Short texts in two columns.
    #[must_use]
    pub fn of_fields(fields: impl IntoIterator<Item = Text>) -> Self {
        let mut section = Self {
            text: None,
            ..Self::new(Text::plain(""))
        }
        .with_fields(fields);
        if section.fields.is_empty() {
            section.fields.push(Text::plain(""));
        }
        section
    }

    /// Adds short texts in two columns.
    #[must_use]
    pub fn with_fields(mut self, fields: impl IntoIterator<Item = Text>) -> Self {
        self.fields = fields
            .into_iter()
            .take(limits::SECTION_FIELDS)
            .map(|field| field.clipped(limits::SECTION_FIELD))
            .collect();
        self
    }

    /// Puts an element beside the text.
    #[must_use]
    pub fn with_accessory(mut self, element: impl ActionElement) -> Self {
        self.accessory = Some(Box::new(element.into()));
        self
    }

    /// Names the block.
    #[must_use]
    pub fn with_block_id(mut self, block_id: &str) -> Self {
        self.block_id = clip_id(block_id);
        self
    }
}

/// A large line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Header {
    pub(crate) text: PlainText,
}

impl Header {
    /// A large line.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self {
            text: PlainText::new(text, limits::HEADER),
        }
    }
}

/// Small print.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Context {
    pub(crate) elements: Vec<Text>,
}

impl Context {
    /// Small print with one text.
    #[must_use]
    pub fn new(text: Text) -> Self {
        Self {
            elements: vec![text],
        }
    }

    /// Adds a text; what exceeds Slack's limit is left out.
    #[must_use]
    pub fn and(mut self, text: Text) -> Self {
        if self.elements.len() < limits::CONTEXT_ELEMENTS {
            self.elements.push(text);
        }
        self
    }
}

/// A row of buttons and menus.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Actions {
    #[serde(skip_serializing_if = "Option::is_none", default)]
    block_id: Option<String>,
    elements: Vec<Element>,
}

impl Actions {
    /// A row with one element.
    #[must_use]
    pub fn new(element: impl ActionElement) -> Self {
        Self {
            block_id: None,
            elements: vec![element.into()],
        }
    }

    /// Adds an element; what exceeds Slack's limit is left out.
    #[must_use]
    pub fn and(mut self, element: impl ActionElement) -> Self {
        if self.elements.len() < limits::ACTIONS_ELEMENTS {
            self.elements.push(element.into());
        }
        self
    }

    /// Names the block.
    #[must_use]
    pub fn with_block_id(mut self, block_id: &str) -> Self {
        self.block_id = clip_id(block_id);
        self
    }
}

/// A line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Divider {}

/// A labelled field of a form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Input {
    #[serde(skip_serializing_if = "Option::is_none", default)]
    block_id: Option<String>,
    label: PlainText,
    element: Box<Element>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    hint: Option<PlainText>,
    #[serde(default)]
    optional: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    dispatch_action: bool,
}

impl Input {
    /// A required field. Answers and errors name it by `block_id`.
    #[must_use]
    pub fn new(block_id: &str, label: &str, element: impl InputElement) -> Self {
        Self {
            block_id: clip_id(block_id),
            label: PlainText::new(label, limits::LABEL),
            element: Box::new(element.into()),
            hint: None,
            optional: false,
            dispatch_action: false,
        }
    }

    /// Lets the field stay empty.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    /// Explains the field below it.
    #[must_use]
    pub fn with_hint(mut self, hint: &str) -> Self {
        self.hint = Some(PlainText::new(hint, limits::LABEL));
        self
    }

    /// Sends an action at each change, so that the form can follow.
    #[must_use]
    pub fn dispatching(mut self) -> Self {
        self.dispatch_action = true;
        self
    }
}

macro_rules! into_block {
    ($($kind:ident),+) => {$(
        impl From<$kind> for Block {
            fn from(block: $kind) -> Self {
                Self::$kind(block)
            }
        }
    )+};
}
into_block!(Section, Header, Context, Actions, Divider, Input);
