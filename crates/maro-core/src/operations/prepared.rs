//! How a write enters the ledger: prepared, due at once, and with nothing known of its outcome.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::{Marker, Operation, OperationKind, OperationState};
use crate::actor::Actor;
use crate::drafts::Target;
use crate::ids::{OperationId, SessionId};

/// A write that was approved and is to be made.
#[derive(Debug, Clone, PartialEq)]
pub struct ApprovedWrite {
    /// The session it belongs to.
    pub session: SessionId,
    /// What is written.
    pub kind: OperationKind,
    /// What was approved; of target and body.
    pub draft_hash: String,
    /// The exact body, without the marker.
    pub request: Value,
    /// Where it goes and as whom.
    pub target: Target,
    /// Who wrote it.
    pub created_by: Actor,
    /// Who approved it.
    pub approved_by: Actor,
}

impl Operation {
    /// The operation that makes an approved write, for the first time. `key` is the deployment's.
    #[must_use]
    pub fn prepared(id: OperationId, write: ApprovedWrite, key: &[u8], now: DateTime<Utc>) -> Self {
        Self {
            id,
            marker: Marker::new(key, &write.session, write.kind),
            session: write.session,
            draft_hash: write.draft_hash,
            kind: write.kind,
            request: write.request,
            target: write.target,
            state: OperationState::Prepared,
            attempt: 1,
            deferrals: 0,
            searches: 0,
            owner: None,
            lease_epoch: 0,
            lease_until: None,
            send_started_at: None,
            next_at: Some(now),
            jira_id: None,
            jira_key: None,
            created_by: write.created_by,
            approved_by: write.approved_by,
            evidence: Vec::new(),
            error_message: None,
            created_at: now,
            updated_at: now,
        }
    }
}
