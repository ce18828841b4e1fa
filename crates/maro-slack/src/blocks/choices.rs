//! Menus, checkboxes and radio buttons.
//!
//! A preselected option that is not among the options is left out: Slack would refuse the form.

use serde::{Deserialize, Serialize};

use super::clip::{cut, filled};
use super::options::bounded;
use super::{Choice, PlainText, limits};

/// A menu with its options, up to 100; for more use [`ExternalSelect`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StaticSelect {
    action_id: String,
    options: Vec<Choice>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    initial_option: Option<Choice>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    placeholder: Option<PlainText>,
}

impl StaticSelect {
    /// A menu of `options`.
    #[must_use]
    pub fn new(action_id: &str, options: impl IntoIterator<Item = Choice>) -> Self {
        Self {
            action_id: cut(filled(action_id), limits::ID),
            options: bounded(options, limits::SELECT_OPTIONS),
            initial_option: None,
            placeholder: None,
        }
    }

    /// Preselects the option with this value.
    #[must_use]
    pub fn with_initial(mut self, value: &str) -> Self {
        self.initial_option = find(&self.options, value);
        self
    }

    /// Shown while nothing is chosen.
    #[must_use]
    pub fn with_placeholder(mut self, placeholder: &str) -> Self {
        self.placeholder = Some(PlainText::new(placeholder, limits::PLACEHOLDER));
        self
    }
}

/// A menu of the people of the workspace.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UsersSelect {
    action_id: String,
    placeholder: PlainText,
}

impl UsersSelect {
    /// A menu that shows `placeholder` while nobody is chosen.
    #[must_use]
    pub fn new(action_id: &str, placeholder: &str) -> Self {
        Self {
            action_id: cut(filled(action_id), limits::ID),
            placeholder: PlainText::new(placeholder, limits::PLACEHOLDER),
        }
    }
}

/// A menu whose options Slack asks us for while somebody types.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExternalSelect {
    action_id: String,
    min_query_length: u8,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    initial_option: Option<Choice>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    placeholder: Option<PlainText>,
}

impl ExternalSelect {
    /// A menu that asks after `min_query_length` typed characters; 0 asks when it opens.
    #[must_use]
    pub fn new(action_id: &str, min_query_length: u8) -> Self {
        Self {
            action_id: cut(filled(action_id), limits::ID),
            min_query_length,
            initial_option: None,
            placeholder: None,
        }
    }

    /// Preselects an option.
    #[must_use]
    pub fn with_initial(mut self, option: Choice) -> Self {
        self.initial_option = Some(option);
        self
    }

    /// Shown while nothing is chosen.
    #[must_use]
    pub fn with_placeholder(mut self, placeholder: &str) -> Self {
        self.placeholder = Some(PlainText::new(placeholder, limits::PLACEHOLDER));
        self
    }
}

/// A menu of which several options can be chosen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MultiStaticSelect {
    action_id: String,
    options: Vec<Choice>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    initial_options: Vec<Choice>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    placeholder: Option<PlainText>,
}

impl MultiStaticSelect {
    /// A menu of `options`.
    #[must_use]
    pub fn new(action_id: &str, options: impl IntoIterator<Item = Choice>) -> Self {
        Self {
            action_id: cut(filled(action_id), limits::ID),
            options: bounded(options, limits::SELECT_OPTIONS),
            initial_options: Vec::new(),
            placeholder: None,
        }
    }

    /// Preselects the options with these values.
    #[must_use]
    pub fn with_initial(mut self, values: &[&str]) -> Self {
        self.initial_options = find_all(&self.options, values);
        self
    }

    /// Shown while nothing is chosen.
    #[must_use]
    pub fn with_placeholder(mut self, placeholder: &str) -> Self {
        self.placeholder = Some(PlainText::new(placeholder, limits::PLACEHOLDER));
        self
    }
}

/// A "…" menu of up to five options.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Overflow {
    action_id: String,
    options: Vec<Choice>,
}

impl Overflow {
    /// A menu of `options`.
    #[must_use]
    pub fn new(action_id: &str, options: impl IntoIterator<Item = Choice>) -> Self {
        Self {
            action_id: cut(filled(action_id), limits::ID),
            options: bounded(options, limits::OVERFLOW_OPTIONS),
        }
    }
}

/// Up to ten checkboxes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Checkboxes {
    action_id: String,
    options: Vec<Choice>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    initial_options: Vec<Choice>,
}

impl Checkboxes {
    /// Checkboxes for `options`.
    #[must_use]
    pub fn new(action_id: &str, options: impl IntoIterator<Item = Choice>) -> Self {
        Self {
            action_id: cut(filled(action_id), limits::ID),
            options: bounded(options, limits::CHOICE_OPTIONS),
            initial_options: Vec::new(),
        }
    }

    /// Ticks the boxes with these values.
    #[must_use]
    pub fn with_initial(mut self, values: &[&str]) -> Self {
        self.initial_options = find_all(&self.options, values);
        self
    }
}

/// Up to ten radio buttons.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Radio {
    action_id: String,
    options: Vec<Choice>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    initial_option: Option<Choice>,
}

impl Radio {
    /// Radio buttons for `options`.
    #[must_use]
    pub fn new(action_id: &str, options: impl IntoIterator<Item = Choice>) -> Self {
        Self {
            action_id: cut(filled(action_id), limits::ID),
            options: bounded(options, limits::CHOICE_OPTIONS),
            initial_option: None,
        }
    }

    /// Preselects the option with this value.
    #[must_use]
    pub fn with_initial(mut self, value: &str) -> Self {
        self.initial_option = find(&self.options, value);
        self
    }
}

fn find(options: &[Choice], value: &str) -> Option<Choice> {
    options
        .iter()
        .find(|option| option.value() == value)
        .cloned()
}

fn find_all(options: &[Choice], values: &[&str]) -> Vec<Choice> {
    options
        .iter()
        .filter(|option| values.contains(&option.value()))
        .cloned()
        .collect()
}
