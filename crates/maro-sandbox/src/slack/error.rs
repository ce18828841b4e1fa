//! Errors of the Web API, with Slack's names.

use serde_json::{Map, Value, json};

/// Why a call failed; always sent in an HTTP 200, except for rate limits.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct SlackError {
    /// Slack's name for it.
    pub(crate) code: &'static str,
    /// Details such as `no more than 50 items allowed [json-pointer:/blocks]`.
    pub(crate) details: Vec<String>,
    /// Other fields of the answer, such as `needed` beside `missing_scope`.
    pub(crate) fields: Vec<(&'static str, Value)>,
    /// After how many seconds a limited call may come again.
    pub(crate) retry_after: Option<u32>,
}

impl SlackError {
    /// An error without details.
    pub(crate) fn new(code: &'static str) -> Self {
        Self {
            code,
            ..Self::default()
        }
    }

    /// A call too many.
    pub(crate) fn limited(retry_after: u32) -> Self {
        Self {
            retry_after: Some(retry_after),
            ..Self::new("ratelimited")
        }
    }

    /// `invalid_arguments` with one detail.
    pub(crate) fn invalid_arguments(detail: impl Into<String>) -> Self {
        Self::with_details("invalid_arguments", vec![detail.into()])
    }

    /// An error with details.
    pub(crate) fn with_details(code: &'static str, details: Vec<String>) -> Self {
        Self {
            code,
            details,
            ..Self::default()
        }
    }

    /// Adds a field to the answer.
    pub(crate) fn field(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.fields.push((name, value.into()));
        self
    }

    /// The body of the answer.
    pub(crate) fn body(&self) -> Value {
        let mut body = Map::new();
        body.insert("ok".into(), false.into());
        body.insert("error".into(), self.code.into());
        for (name, value) in &self.fields {
            body.insert((*name).into(), value.clone());
        }
        if !self.details.is_empty() {
            if self.code == "invalid_blocks" {
                body.insert("errors".into(), json!(self.details));
            }
            let messages: Vec<_> = self
                .details
                .iter()
                .map(|detail| format!("[ERROR] {detail}"))
                .collect();
            body.insert("response_metadata".into(), json!({ "messages": messages }));
        }
        Value::Object(body)
    }
}
