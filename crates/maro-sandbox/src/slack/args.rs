//! The arguments of a Web API call, from a form, a query or JSON.

use serde_json::{Map, Value};

use super::error::SlackError;

/// Named arguments. Structured ones may come as JSON or as a string of JSON.
#[derive(Debug, Default)]
pub(crate) struct Args {
    values: Map<String, Value>,
}

impl Args {
    /// Reads a query or a form.
    pub(crate) fn from_form(form: &[u8]) -> Result<Self, SlackError> {
        let pairs: Vec<(String, String)> =
            serde_urlencoded::from_bytes(form).map_err(|_| SlackError::new("invalid_form_data"))?;
        let values = pairs
            .into_iter()
            .map(|(name, value)| (name, value.into()))
            .collect();
        Ok(Self { values })
    }

    /// Reads a JSON body.
    pub(crate) fn from_json(body: &[u8]) -> Result<Self, SlackError> {
        match serde_json::from_slice(body) {
            Ok(Value::Object(values)) => Ok(Self { values }),
            Ok(_) => Err(SlackError::new("json_not_object")),
            Err(_) => Err(SlackError::new("invalid_json")),
        }
    }

    /// Adds what the other set has and this one has not.
    pub(crate) fn merge(&mut self, other: Self) {
        for (name, value) in other.values {
            self.values.entry(name).or_insert(value);
        }
    }

    /// A text that is present and not empty.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.values
            .get(name)?
            .as_str()
            .filter(|text| !text.is_empty())
    }

    /// A text that must be there.
    pub(crate) fn required(&self, name: &str) -> Result<&str, SlackError> {
        self.text(name)
            .ok_or_else(|| SlackError::invalid_arguments(format!("missing required field: {name}")))
    }

    /// A switch: `true`, `"true"` or `"1"`.
    pub(crate) fn flag(&self, name: &str) -> bool {
        match self.values.get(name) {
            Some(Value::Bool(flag)) => *flag,
            Some(Value::String(text)) => text == "true" || text == "1",
            Some(Value::Number(number)) => number.as_i64() == Some(1),
            _ => false,
        }
    }

    /// A number, or the default.
    pub(crate) fn number(&self, name: &str, default: usize) -> Result<usize, SlackError> {
        let number = match self.values.get(name) {
            None | Some(Value::Null) => return Ok(default),
            Some(Value::String(text)) if text.is_empty() => return Ok(default),
            Some(Value::String(text)) => text.parse().ok(),
            Some(value) => value
                .as_u64()
                .and_then(|number| usize::try_from(number).ok()),
        };
        number.ok_or_else(|| {
            SlackError::invalid_arguments(format!("must be an integer [json-pointer:/{name}]"))
        })
    }

    /// A structured argument; `malformed` names the error for text that is not JSON.
    pub(crate) fn structure(
        &self,
        name: &str,
        malformed: &'static str,
    ) -> Result<Option<Value>, SlackError> {
        match self.values.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(Value::String(text)) => serde_json::from_str(text)
                .map(Some)
                .map_err(|_| SlackError::new(malformed)),
            Some(value) => Ok(Some(value.clone())),
        }
    }
}
