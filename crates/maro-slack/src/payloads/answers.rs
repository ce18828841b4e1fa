//! What goes back in the body of the 200: for a form, and for a menu that asks for its options.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::blocks::{Choice, View, limits};

/// The answer to a submitted form. An empty body closes it instead.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "response_action", rename_all = "snake_case")]
pub enum ViewAnswer {
    /// The form stays, with a sentence beside each wrong field.
    Errors {
        /// Block id of an input block, then the sentence.
        errors: BTreeMap<String, String>,
    },
    /// Another form takes its place.
    Update {
        /// That form.
        view: Box<View>,
    },
    /// Another form is put on top; at most three are.
    Push {
        /// That form.
        view: Box<View>,
    },
    /// All forms close.
    Clear,
}

impl ViewAnswer {
    /// Puts sentences beside fields, by the ids of their blocks.
    #[must_use]
    pub fn errors<B: Into<String>, S: Into<String>>(
        errors: impl IntoIterator<Item = (B, S)>,
    ) -> Self {
        let errors = errors
            .into_iter()
            .map(|(block, error)| (block.into(), error.into()));
        Self::Errors {
            errors: errors.collect(),
        }
    }
}

/// The options of a menu that asked for them; none means that nothing was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SuggestionAnswer {
    options: Vec<Choice>,
}

impl SuggestionAnswer {
    /// As many of `options` as Slack takes.
    #[must_use]
    pub fn new(options: impl IntoIterator<Item = Choice>) -> Self {
        Self {
            options: options.into_iter().take(limits::SELECT_OPTIONS).collect(),
        }
    }
}
