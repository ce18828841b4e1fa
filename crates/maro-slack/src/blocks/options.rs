//! Options of menus, and the question before a button acts.

use serde::{Deserialize, Serialize};

use super::clip::{cut, filled};
use super::elements::ButtonStyle;
use super::{PlainText, Text, limits};

/// One option of a menu, a radio group or a set of checkboxes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    text: PlainText,
    value: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    description: Option<PlainText>,
}

impl Choice {
    /// An option that is shown as `text` and comes back as `value`.
    ///
    /// A value longer than 75 characters is cut: use short ids.
    #[must_use]
    pub fn new(value: &str, text: &str) -> Self {
        Self {
            text: PlainText::new(text, limits::OPTION_TEXT),
            value: cut(filled(value), limits::OPTION_VALUE),
            description: None,
        }
    }

    /// Adds a line below the text.
    #[must_use]
    pub fn with_description(mut self, description: &str) -> Self {
        self.description = Some(PlainText::new(description, limits::OPTION_DESCRIPTION));
        self
    }

    /// What comes back when it is chosen.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }
}

/// As many options as Slack takes; a dash when there is none, because an empty menu is refused.
pub(super) fn bounded(options: impl IntoIterator<Item = Choice>, limit: usize) -> Vec<Choice> {
    let mut options: Vec<Choice> = options.into_iter().take(limit).collect();
    if options.is_empty() {
        options.push(Choice::new("", ""));
    }
    options
}

/// The question before a button acts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirm {
    title: PlainText,
    text: Text,
    #[serde(rename = "confirm")]
    yes: PlainText,
    deny: PlainText,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    style: Option<ButtonStyle>,
}

impl Confirm {
    /// Asks `text` under `title`; the button says `confirm`, the way out "Cancel".
    #[must_use]
    pub fn new(title: &str, text: &str, confirm: &str) -> Self {
        Self {
            title: PlainText::new(title, limits::CONFIRM_TITLE),
            text: Text::plain(text).clipped(limits::CONFIRM_TEXT),
            yes: PlainText::new(confirm, limits::CONFIRM_BUTTON),
            deny: PlainText::new("Cancel", limits::CONFIRM_BUTTON),
            style: None,
        }
    }

    /// Words the way out differently.
    #[must_use]
    pub fn with_deny(mut self, deny: &str) -> Self {
        self.deny = PlainText::new(deny, limits::CONFIRM_BUTTON);
        self
    }

    /// Marks the button as dangerous.
    #[must_use]
    pub fn danger(mut self) -> Self {
        self.style = Some(ButtonStyle::Danger);
        self
    }
}
