//! Reading the arguments of a call that were checked against the schema.

use serde_json::{Map, Value};

/// The arguments of a call.
#[derive(Clone, Copy)]
pub(super) struct Arguments<'a>(pub(super) &'a Map<String, Value>);

impl<'a> Arguments<'a> {
    /// A text, if it was given.
    pub(super) fn text(self, name: &str) -> Option<&'a str> {
        self.0.get(name).and_then(Value::as_str)
    }

    /// A text that the schema requires.
    pub(super) fn must(self, name: &str) -> &'a str {
        self.text(name).unwrap_or_default()
    }

    /// An object, empty if it was left out.
    pub(super) fn object(self, name: &str) -> Map<String, Value> {
        self.0
            .get(name)
            .and_then(Value::as_object)
            .cloned()
            .unwrap_or_default()
    }

    /// A list of texts, joined by commas; also when it came as one text.
    pub(super) fn list(self, name: &str) -> Option<String> {
        match self.0.get(name)? {
            Value::Array(list) => {
                let texts: Vec<&str> = list.iter().filter_map(Value::as_str).collect();
                Some(texts.join(","))
            }
            value => value.as_str().map(str::to_owned),
        }
    }

    /// A number.
    pub(super) fn number(self, name: &str) -> Option<u64> {
        self.0.get(name).and_then(Value::as_u64)
    }
}
