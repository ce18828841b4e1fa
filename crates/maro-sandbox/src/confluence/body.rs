//! What a page says, in the form it was written in, and as the other forms.
//!
//! Storage text that is read as a document loses everything but its paragraphs;
//! real Confluence converts more. A client that reads what it wrote gets it
//! back exactly.

use serde_json::Value;

use super::error::{Outcome, Trouble};
use super::storage;
use crate::jira::adf;
use crate::jira::render;

/// A page's body.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Body {
    /// XHTML with Confluence's own elements.
    Storage(String),
    /// An Atlassian document.
    Document(Value),
}

impl Body {
    /// Reads a body of a request; `value` of a document is JSON in a string.
    pub(crate) fn read(representation: &str, value: &str) -> Outcome<Self> {
        match representation {
            "storage" => match storage::check(value) {
                Ok(()) => Ok(Self::Storage(value.to_owned())),
                Err(fault) => Err(Trouble::bad_request(format!(
                    "Error parsing xhtml: {}\n at [row,col {{unknown-source}}]: [{},{}]",
                    fault.what, fault.line, fault.column
                ))),
            },
            "atlas_doc_format" => {
                let invalid = || Trouble::bad_request("Content body is not a valid document.");
                let document = serde_json::from_str(value).map_err(|_| invalid())?;
                adf::validate_structure(&document).map_err(|reason| {
                    tracing::debug!(?reason, "a document was refused");
                    invalid()
                })?;
                Ok(Self::Document(document))
            }
            other => Err(Trouble::bad_request(format!(
                "Representation '{other}' is not accepted here. Use 'storage' or 'atlas_doc_format'."
            ))),
        }
    }

    /// As storage text.
    pub(crate) fn storage(&self) -> String {
        match self {
            Self::Storage(text) => text.clone(),
            Self::Document(document) => render::html(document),
        }
    }

    /// As an Atlassian document.
    pub(crate) fn document(&self) -> Value {
        match self {
            Self::Storage(text) => adf::paragraphs(&storage::plain(text)),
            Self::Document(document) => document.clone(),
        }
    }

    /// As text, for searches and excerpts.
    pub(crate) fn plain(&self) -> String {
        match self {
            Self::Storage(text) => storage::plain(text),
            Self::Document(document) => render::plain(document),
        }
    }

    /// In a form by the name that the API has for it.
    pub(crate) fn in_form(&self, representation: &str) -> Option<String> {
        match representation {
            // Nothing here renders macros for a view; what has none looks the same.
            "storage" | "view" | "export_view" => Some(self.storage()),
            "atlas_doc_format" => Some(self.document().to_string()),
            _ => None,
        }
    }
}
