//! Errors in Jira's shape: `{"errorMessages": […], "errors": {field: text}}`.
//!
//! The sentences are Jira's own, because clients show them to people.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::http::reply;

/// What a Jira handler returns.
pub(crate) type Outcome<T = Response> = Result<T, JiraError>;

/// An error as Jira words it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct JiraError {
    status: StatusCode,
    messages: Vec<String>,
    fields: BTreeMap<String, String>,
}

impl JiraError {
    /// An error that is about the whole request.
    pub(crate) fn message(status: StatusCode, text: impl Into<String>) -> Self {
        Self {
            status,
            messages: vec![text.into()],
            fields: BTreeMap::new(),
        }
    }

    /// A 400 about the whole request.
    pub(crate) fn bad_request(text: impl Into<String>) -> Self {
        Self::message(StatusCode::BAD_REQUEST, text)
    }

    /// A 404 about the whole request.
    pub(crate) fn not_found(text: impl Into<String>) -> Self {
        Self::message(StatusCode::NOT_FOUND, text)
    }

    /// A 400 about one field.
    pub(crate) fn field(field: impl Into<String>, text: impl Into<String>) -> Self {
        Self::fields(BTreeMap::from([(field.into(), text.into())]))
    }

    /// A 400 about several fields.
    pub(crate) fn fields(fields: BTreeMap<String, String>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            messages: Vec::new(),
            fields,
        }
    }

    /// The answer for an issue that is not there or not visible; Jira does not tell which.
    pub(crate) fn no_issue() -> Self {
        Self::not_found("Issue does not exist or you do not have permission to see it.")
    }

    /// The answer for a document that is not valid ADF.
    pub(crate) fn invalid_input() -> Self {
        Self::bad_request("INVALID_INPUT")
    }

    /// The answer for a body of the wrong shape.
    pub(crate) fn invalid_payload() -> Self {
        Self::bad_request(
            "Invalid request payload. Refer to the REST API documentation and try again.",
        )
    }
}

impl IntoResponse for JiraError {
    fn into_response(self) -> Response {
        reply(
            self.status,
            &json!({"errorMessages": self.messages, "errors": self.fields}),
        )
    }
}
