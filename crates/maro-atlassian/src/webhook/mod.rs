//! What Jira delivers to us: the signature over the raw body, and the event in it.
//!
//! Verify first, parse after. Deduplication and what follows from an event are not decided here.

mod event;
mod jwt;
mod signature;

pub use event::{EventIssue, EventKind, FieldChange, JiraEvent, ParseEventError};
pub use jwt::verify_jwt;
pub use signature::{SIGNATURE_HEADER, sign, verify};

/// The header that names a delivery; it stays the same across Jira's retries.
pub const IDENTIFIER_HEADER: &str = "x-atlassian-webhook-identifier";
