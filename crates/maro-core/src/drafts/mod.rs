//! Drafts: proposed issues that wait for a person.
//!
//! A draft is what somebody wants Jira to hold. Nothing here performs the write: approving a draft
//! produces an operation, and only the ledger executes operations (see [`crate::operations`]).
//!
//! **Invariant:** a draft never changes. An edit makes a new draft, and the session points to the
//! newest one, so an old button always names a draft that is no longer current.

mod content;
mod request;

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::actor::Actor;
use crate::ids::{DraftId, SessionId};

pub use content::{DraftContent, DraftProblem, SUMMARY_LIMIT};
pub use request::{Target, create_body, description_sections, draft_hash, hash_of_sent_body};

/// A stored draft with the exact body that approving it would send.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// Its own id; the Approve button carries it.
    pub id: DraftId,
    /// The session it belongs to.
    pub session: SessionId,
    /// What the person wrote.
    pub content: DraftContent,
    /// The body of the POST, without the marker.
    pub request: Value,
    /// Where the request goes and as whom.
    pub target: Target,
    /// What an approval is bound to.
    pub hash: String,
    /// A random word in the Approve button, so that a forged value cannot name the draft.
    pub nonce: String,
    /// Who wrote it.
    pub author: Actor,
    /// When it was saved.
    pub created_at: DateTime<Utc>,
}
