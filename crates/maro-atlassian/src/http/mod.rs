//! What every call to Atlassian has in common: credentials, deadlines, bounded answers, failures.
//!
//! [`Connection`] sends; [`answer`] reads what may be repeated, [`once`] what may not. The failures
//! here have no product's words; the Jira and the Confluence client give them theirs.

pub(crate) mod answer;
mod connection;
mod failure;
pub(crate) mod once;
mod rate_limit;
mod refusal;

pub(crate) use connection::{Connection, Sent, Unsent, below, checked};
pub(crate) use failure::Failure;
pub use rate_limit::{LimitScope, RateLimit};
pub use refusal::Refusal;
