//! Use cases of drafts: save (which shows the preview), approve, discard, link.
//!
//! Each loads, lets `maro-core` decide, and stores decision and messages in one transaction.
//! Nothing here talks to Jira; approving only prepares an operation for the runner.

mod approve;
mod at_once;
mod compose;
mod discard;
mod link;
mod save;
mod similar;

pub use approve::{Approve, ApproveError, Approved, approve};
pub(crate) use at_once::approve_at_once;
pub use compose::compose;
pub(crate) use compose::target;
pub use discard::{Discard, DiscardError, discard};
pub use link::{LinkError, LinkExisting, link_existing};
pub use save::{Origin, SaveDraft, SaveError, Saved, save};
pub use similar::{SimilarIssue, find_similar};
