//! Interactive elements: the list of all, buttons and text inputs. Menus are in `choices`.

use serde::{Deserialize, Serialize};
use url::Url;

use super::clip::{clip, cut, filled, length};
use super::{
    Checkboxes, Confirm, ExternalSelect, MultiStaticSelect, Overflow, PlainText, Radio,
    StaticSelect, UsersSelect, limits,
};

/// An interactive element.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Element {
    /// A button.
    Button(Button),
    /// A menu with its options.
    StaticSelect(StaticSelect),
    /// A menu of the people of the workspace.
    UsersSelect(UsersSelect),
    /// A menu whose options Slack asks us for.
    ExternalSelect(ExternalSelect),
    /// A menu of which several options can be chosen.
    MultiStaticSelect(MultiStaticSelect),
    /// A text field.
    PlainTextInput(TextInput),
    /// A "…" menu.
    Overflow(Overflow),
    /// Checkboxes.
    Checkboxes(Checkboxes),
    /// Radio buttons.
    RadioButtons(Radio),
}

/// What may stand in a row of actions or beside a section.
pub trait ActionElement: Into<Element> {}

/// What may stand in a form field.
pub trait InputElement: Into<Element> {}

macro_rules! element {
    ($($kind:ident => $variant:ident: $($role:ident),+;)+) => {$(
        impl From<$kind> for Element {
            fn from(element: $kind) -> Self {
                Self::$variant(element)
            }
        }
        $(impl $role for $kind {})+
    )+};
}
element! {
    Button => Button: ActionElement;
    StaticSelect => StaticSelect: ActionElement, InputElement;
    UsersSelect => UsersSelect: ActionElement;
    ExternalSelect => ExternalSelect: ActionElement, InputElement;
    MultiStaticSelect => MultiStaticSelect: ActionElement, InputElement;
    TextInput => PlainTextInput: InputElement;
    Overflow => Overflow: ActionElement;
    Checkboxes => Checkboxes: ActionElement, InputElement;
    Radio => RadioButtons: ActionElement, InputElement;
}

/// How a button looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ButtonStyle {
    /// Green: the one thing to do.
    Primary,
    /// Red: something is lost.
    Danger,
}

/// A button.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Button {
    action_id: String,
    text: PlainText,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    style: Option<ButtonStyle>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    confirm: Option<Box<Confirm>>,
}

impl Button {
    /// A button that says `text`.
    #[must_use]
    pub fn new(action_id: &str, text: &str) -> Self {
        Self {
            action_id: cut(filled(action_id), limits::ID),
            text: PlainText::new(text, limits::BUTTON_TEXT),
            value: None,
            url: None,
            style: None,
            confirm: None,
        }
    }

    /// What comes back with the click.
    #[must_use]
    pub fn with_value(mut self, value: &str) -> Self {
        self.value = Some(cut(value, limits::BUTTON_VALUE));
        self
    }

    /// Opens an address as well. One that Slack would refuse is left out.
    #[must_use]
    pub fn with_url(mut self, url: &str) -> Self {
        let web = Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
        self.url = (web && length(url) <= limits::URL).then(|| url.to_owned());
        self
    }

    /// Green.
    #[must_use]
    pub fn primary(mut self) -> Self {
        self.style = Some(ButtonStyle::Primary);
        self
    }

    /// Red.
    #[must_use]
    pub fn danger(mut self) -> Self {
        self.style = Some(ButtonStyle::Danger);
        self
    }

    /// Asks before it acts.
    #[must_use]
    pub fn with_confirm(mut self, confirm: Confirm) -> Self {
        self.confirm = Some(Box::new(confirm));
        self
    }
}

/// A text field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TextInput {
    action_id: String,
    #[serde(default)]
    multiline: bool,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    initial_value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    placeholder: Option<PlainText>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    min_length: Option<usize>,
    max_length: usize,
}

impl TextInput {
    /// A field of one line.
    #[must_use]
    pub fn new(action_id: &str) -> Self {
        Self {
            action_id: cut(filled(action_id), limits::ID),
            multiline: false,
            initial_value: None,
            placeholder: None,
            min_length: None,
            max_length: limits::INPUT_LENGTH,
        }
    }

    /// A field of several lines.
    #[must_use]
    pub fn multiline(mut self) -> Self {
        self.multiline = true;
        self
    }

    /// Takes at most `most` characters, and never more than Slack's own limit.
    #[must_use]
    pub fn with_max_length(mut self, most: usize) -> Self {
        self.max_length = most.clamp(1, limits::INPUT_LENGTH);
        self.min_length = self.min_length.map(|least| least.min(self.max_length));
        self.initial_value = self.initial_value.map(|text| clip(&text, self.max_length));
        self
    }

    /// Needs at least `least` characters.
    #[must_use]
    pub fn with_min_length(mut self, least: usize) -> Self {
        self.min_length = Some(least.min(self.max_length));
        self
    }

    /// Text that is there already.
    #[must_use]
    pub fn with_initial(mut self, text: &str) -> Self {
        // Slack refuses an initial value that is empty.
        self.initial_value = (!text.is_empty()).then(|| clip(text, self.max_length));
        self
    }

    /// An example, shown while the field is empty.
    #[must_use]
    pub fn with_placeholder(mut self, placeholder: &str) -> Self {
        self.placeholder = Some(PlainText::new(placeholder, limits::PLACEHOLDER));
        self
    }
}
