//! Descriptions and comments: documents in version 3, wiki text in version 2.

use serde_json::Value;

use super::Read;
use crate::jira::adf::{self, AdfError};
use crate::jira::error::{JiraError, Outcome};
use crate::jira::http::ApiVersion;
use crate::jira::model::RichText;

/// Jira's limit for descriptions and comments.
const LONGEST_TEXT: usize = 32_767;
const TOO_LONG: &str =
    "The entered text is too long. It exceeds the allowed limit of 32,767 characters.";
const NOT_ADF: &str =
    "Operation value must be an Atlassian Document (see the Atlassian Document Format)";
/// The complaint about a document that is not valid ADF.
pub(super) const INVALID: &str = "INVALID_INPUT";

/// A comment's body.
pub(crate) fn comment_body(version: ApiVersion, value: Option<&Value>) -> Outcome<RichText> {
    let complain = |text: &str| JiraError::field("comment", text);
    let empty = || complain("Comment body can not be empty!");
    match read(version, value.unwrap_or(&Value::Null)) {
        Ok(Some(text)) if !text.wiki.trim().is_empty() => Ok(text),
        Ok(_) => Err(empty()),
        Err(text) if text == INVALID => Err(JiraError::invalid_input()),
        Err(text) if text == TOO_LONG => Err(complain(&text)),
        Err(_) => Err(complain("Comment body is not valid!")),
    }
}

/// A text, or none if there is nothing in it.
pub(super) fn read(version: ApiVersion, value: &Value) -> Read<Option<RichText>> {
    match (version, value) {
        (_, Value::Null) => Ok(None),
        (ApiVersion::V2 | ApiVersion::Server, Value::String(text))
            if text.chars().count() > LONGEST_TEXT =>
        {
            Err(TOO_LONG.to_owned())
        }
        (ApiVersion::V2 | ApiVersion::Server, Value::String(text)) => {
            Ok((!text.trim().is_empty()).then(|| RichText::from_wiki(text)))
        }
        (ApiVersion::V2 | ApiVersion::Server, _) => {
            Err("Operation value must be a string".to_owned())
        }
        (ApiVersion::V3, document) => match adf::validate(document) {
            Ok(()) => Ok(Some(RichText::from_adf(document.clone()))),
            Err(AdfError::NotADocument) => Err(NOT_ADF.to_owned()),
            Err(AdfError::TooLong) => Err(TOO_LONG.to_owned()),
            Err(AdfError::Invalid(reason)) => {
                tracing::debug!(reason, "a document was refused");
                Err(INVALID.to_owned())
            }
        },
    }
}
