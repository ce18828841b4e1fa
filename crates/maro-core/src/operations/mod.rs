//! The operations ledger: the states a write goes through, and the steps between them.
//!
//! Every write to Jira is one [`Operation`]. This module holds the rules; storage makes each step a
//! compare-and-set, and only `maro_app`'s sender talks to Jira.
//!
//! **Invariants**
//! * There is no step from `unknown` to `prepared` without a person, but for a move, which may be
//!   made again once Jira was asked where the issue is; see [`after_move`].
//! * Evidence is accepted in every state; a second id makes a duplicate, never a second create.
//! * The marker depends on session and kind alone, so it also finds the issue after data loss.

mod evidence;
mod marker;
mod moves;
mod prepared;
mod schedule;
mod state;
mod step;

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::actor::Actor;
use crate::drafts::Target;
use crate::ids::{OperationId, SessionId};

pub use evidence::{Evidence, EvidenceKind, IssueRef};
pub use marker::{MARKER_PREFIX, Marker, PROPERTY_KEY, body_with_marker};
pub use moves::{MoveOutcome, after_move, moved};
pub use prepared::ApprovedWrite;
pub use schedule::Schedule;
pub use state::{OperationKind, OperationState, PublicStatus};
pub use step::{
    Decision, DecisionRefused, SendOutcome, Step, after_decision, after_evidence,
    after_lease_expired, after_restore, after_search_without_match, after_send,
};

/// One write to Jira, as the ledger keeps it.
#[derive(Debug, Clone, PartialEq)]
pub struct Operation {
    /// UUID v7, so that operations sort by age.
    pub id: OperationId,
    /// The session it belongs to.
    pub session: SessionId,
    /// What was approved.
    pub draft_hash: String,
    /// What is written.
    pub kind: OperationKind,
    /// The exact body that was approved, without the marker.
    pub request: Value,
    /// Where it goes and as whom.
    pub target: Target,
    /// The word by which the issue is found again.
    pub marker: Marker,
    /// Where the operation stands.
    pub state: OperationState,
    /// How often a person has allowed a send, from 1.
    pub attempt: i32,
    /// How often sending was put off (not sent, rate limited) in this attempt.
    pub deferrals: i32,
    /// How often Jira was searched since the outcome became unknown.
    pub searches: i32,
    /// Which process has claimed it.
    pub owner: Option<String>,
    /// Grows with every claim; a step of an older epoch is refused.
    pub lease_epoch: i64,
    /// Until when the claim holds.
    pub lease_until: Option<DateTime<Utc>>,
    /// When the first byte of the last attempt may have left.
    pub send_started_at: Option<DateTime<Utc>>,
    /// When there is something to do next.
    pub next_at: Option<DateTime<Utc>>,
    /// Jira's immutable id.
    pub jira_id: Option<String>,
    /// Jira's key at that time.
    pub jira_key: Option<String>,
    /// Who wrote the draft.
    pub created_by: Actor,
    /// Who approved it.
    pub approved_by: Actor,
    /// What is known about the outcome, oldest first.
    pub evidence: Vec<Evidence>,
    /// The last error, for people.
    pub error_message: Option<String>,
    /// When it was approved.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}
