//! Approving a draft in the transaction that makes it: by a rule, which is a standing approval, or by
//! the person who asked for exactly this.
//!
//! The checks that a later approval makes hold here by construction or are made again: the draft is
//! the newest of its session, its hash is that of what is stored, and it goes where this deployment
//! would send it.

use maro_core::actor::Actor;
use maro_core::approvals::Approval;
use maro_core::drafts::{Draft, draft_hash};
use maro_core::ids::{ApprovalId, OperationId};
use maro_core::sessions::Phase;
use maro_store::sessions::{self, Session};
use maro_store::{Tx, approvals};
use serde_json::json;

use super::ApproveError;
use super::approve::prepare;
use super::compose::target;
use crate::audit::record;
use crate::{App, clock};

/// Records the approval and prepares the operation. Call it last: the audit entry serialises writers.
pub(crate) async fn approve_at_once(
    app: &App,
    tx: &Tx,
    session: &Session,
    draft: &Draft,
    by: &Actor,
) -> Result<OperationId, ApproveError> {
    if draft_hash(&draft.target, &draft.request) != draft.hash {
        return Err(ApproveError::DraftChanged);
    }
    if target(app, &draft.target.project) != draft.target {
        return Err(ApproveError::TargetChanged);
    }
    let approval = Approval {
        id: ApprovalId(clock::new_id()),
        session: session.id.clone(),
        draft: draft.id,
        draft_hash: draft.hash.clone(),
        approved_by: by.clone(),
        approved_at: app.now(),
    };
    approvals::insert(tx, &approval).await?;
    let operation = prepare(app, tx, draft, &approval).await?;
    crate::operations::distrust(app, tx, operation, session).await?;
    let from = [Phase::AwaitingApproval];
    if !sessions::advance(tx, &session.id, &from, Phase::Creating, app.now()).await? {
        return Err(ApproveError::InProgress);
    }
    let details = json!({ "session": session.id, "draft": draft.id, "hash": draft.hash });
    record(app, tx, by, "operation.approved", &operation, details).await?;
    Ok(operation)
}
