//! What people entered into a form: `state.values` of a modal or a message.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::OptionReference;
use crate::tolerant::nullable;

/// What was entered, by block and action.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct ViewState {
    /// Block id, then action id, then what was entered there.
    #[serde(default, deserialize_with = "nullable")]
    pub values: BTreeMap<String, BTreeMap<String, StateValue>>,
}

/// What was entered into one element. Which field is set depends on its kind.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct StateValue {
    /// The element's type.
    #[serde(rename = "type", default, deserialize_with = "nullable")]
    pub kind: String,
    /// The text of a text input.
    pub value: Option<String>,
    /// The option of a menu or a radio group.
    pub selected_option: Option<OptionReference>,
    /// The options of a multi menu or of checkboxes.
    pub selected_options: Option<Vec<OptionReference>>,
    /// The person of a people menu.
    pub selected_user: Option<String>,
}

impl ViewState {
    /// What was entered into one element.
    #[must_use]
    pub fn value(&self, block: &str, action: &str) -> Option<&StateValue> {
        self.values.get(block)?.get(action)
    }

    /// The ids of the blocks that have a value, in no particular order.
    pub fn blocks(&self) -> impl Iterator<Item = &str> {
        self.values.keys().map(String::as_str)
    }

    /// The text of an input; `None` when it was left empty.
    #[must_use]
    pub fn text(&self, block: &str, action: &str) -> Option<&str> {
        let text = self.value(block, action)?.value.as_deref()?;
        (!text.is_empty()).then_some(text)
    }

    /// The value of the option chosen in a menu or a radio group.
    #[must_use]
    pub fn selected(&self, block: &str, action: &str) -> Option<&str> {
        Some(
            self.value(block, action)?
                .selected_option
                .as_ref()?
                .value
                .as_str(),
        )
    }

    /// The values of the options chosen in a multi menu or in checkboxes.
    #[must_use]
    pub fn selected_many(&self, block: &str, action: &str) -> Vec<&str> {
        let options = self
            .value(block, action)
            .and_then(|value| value.selected_options.as_ref());
        options
            .into_iter()
            .flatten()
            .map(|option| option.value.as_str())
            .collect()
    }
}
