//! Approving a draft: the checks of the pipeline, then one prepared operation.
//!
//! **Invariant:** approval, operation, session and messages are stored in one transaction: after a
//! crash either all exist or none does. A refusal is audited and changes nothing else.

use maro_core::approvals::{Approval, Identity, Refusal};
use maro_core::drafts::{Draft, draft_hash};
use maro_core::ids::{ApprovalId, DraftId, OperationId};
use maro_core::operations::{ApprovedWrite, Operation, OperationKind, OperationState};
use maro_core::sessions::Phase;
use maro_store::operations::Inserted;
use maro_store::sessions::{self, Session};
use maro_store::{StoreError, Tx, approvals, drafts, operations};
use serde_json::json;

use super::compose::target;
use crate::audit::{record, record_alone};
use crate::cause::Cause;
use crate::failpoints::reach;
use crate::happening::Happening;
use crate::messages::enqueue;
use crate::slack::cards;
use crate::{App, clock};

/// What somebody approves.
#[derive(Debug, Clone)]
pub struct Approve {
    /// The draft that they saw.
    pub draft: DraftId,
    /// The word in the button; the API and pages have it from the draft.
    pub nonce: Option<String>,
    /// The hash that they saw.
    pub hash: String,
    /// Who approves.
    pub by: Identity,
}

/// An approval that was recorded.
#[derive(Debug, Clone)]
pub struct Approved {
    /// The operation that carries it out.
    pub operation: OperationId,
    /// Its session.
    pub session: Session,
}

/// Why a draft was not approved.
#[derive(Debug, thiserror::Error)]
pub enum ApproveError {
    /// No such draft, or a value that Maro never put into a button.
    #[error("No approval record found")]
    NotFound,
    /// The draft is not the one that was seen.
    #[error("Draft changed since approval. Please re-approve.")]
    DraftChanged,
    /// Maro would send it elsewhere, or as somebody else, than what was shown.
    #[error(
        "Maro's Jira address or account has changed since this draft was written. \
         Press Edit and save it to approve it again."
    )]
    TargetChanged,
    /// Policy refuses this person.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The draft is not complete.
    #[error("The draft is not complete yet. Edit it first.")]
    Incomplete,
    /// It was approved before and is on its way.
    #[error("Operation already in progress")]
    InProgress,
    /// Jira has the issue.
    #[error("Ticket was already created: {key}")]
    AlreadyCreated {
        /// The key of the issue.
        key: String,
        /// The link to it.
        url: String,
    },
    /// It was discarded or given up.
    #[error("This draft was discarded. Start a new one.")]
    Discarded,
    /// The database failed.
    #[error("could not save the approval")]
    Store(#[from] StoreError),
}

/// Approves a draft and prepares the operation that carries it out.
pub async fn approve(app: &App, request: Approve, cause: &Cause) -> Result<Approved, ApproveError> {
    let result = try_approve(app, &request, cause).await;
    match &result {
        Ok(approved) => {
            app.wakeups().operations();
            app.wakeups().outbox();
            app.announce(Happening::Operations);
            tracing::info!(operation.id = %approved.operation, draft.id = %request.draft, "draft approved");
        }
        Err(ApproveError::Store(_)) => {}
        Err(refusal) => audit_refusal(app, &request, refusal).await?,
    }
    result
}

async fn try_approve(
    app: &App,
    request: &Approve,
    cause: &Cause,
) -> Result<Approved, ApproveError> {
    // A draft never changes, and looking its author up may take a moment: both before the lock.
    let draft = drafts::find(app.store(), request.draft)
        .await?
        .ok_or(ApproveError::NotFound)?;
    let author = crate::people::identify(app, &draft.author).await?;
    let tx = app.store().begin().await?;
    let session = sessions::lock(&tx, &draft.session)
        .await?
        .ok_or(ApproveError::NotFound)?;
    if request.by.actor.is_stranger_to(&session.id) {
        return Err(ApproveError::NotFound);
    }
    check_button(request, &draft)?;
    check_phase(&session)?;
    check_current(app, request, &draft, &session)?;
    check_policy(app, request, &author, &draft, &session)?;

    let approval = new_approval(app, request, &draft);
    approvals::insert(&tx, &approval).await?;
    let operation = prepare(app, &tx, &draft, &approval).await?;
    crate::operations::distrust(app, &tx, operation, &session).await?;
    let from = [Phase::AwaitingApproval];
    if !sessions::advance(&tx, &session.id, &from, Phase::Creating, app.now()).await? {
        return Err(ApproveError::InProgress);
    }
    let session = Session {
        phase: Phase::Creating,
        ..session
    };
    let card = cards::creating(app, &session, &draft, &approval.approved_by);
    enqueue(app, &tx, &session, cards::update_preview(&session, card)).await?;
    if !cause.settle(&tx).await? {
        return Err(ApproveError::InProgress);
    }
    let details = json!({ "session": session.id, "draft": draft.id, "hash": draft.hash });
    record(
        app,
        &tx,
        &approval.approved_by,
        "operation.approved",
        &operation,
        details,
    )
    .await?;
    reach("approve.before_commit");
    tx.commit().await?;
    reach("approve.after_commit");
    Ok(Approved { operation, session })
}

/// A button carries the draft's own word; a value that does not is forged.
fn check_button(request: &Approve, draft: &Draft) -> Result<(), ApproveError> {
    match &request.nonce {
        Some(nonce) if !same(nonce, &draft.nonce) => Err(ApproveError::NotFound),
        _ => Ok(()),
    }
}

fn same(a: &str, b: &str) -> bool {
    use subtle::ConstantTimeEq as _;
    a.as_bytes().ct_eq(b.as_bytes()).into()
}

fn check_phase(session: &Session) -> Result<(), ApproveError> {
    match session.phase {
        Phase::AwaitingApproval => Ok(()),
        Phase::Drafting => Err(ApproveError::Incomplete),
        Phase::Creating => Err(ApproveError::InProgress),
        Phase::Discarded => Err(ApproveError::Discarded),
        Phase::Created | Phase::Linked => Err(already_created(session)),
    }
}

fn already_created(session: &Session) -> ApproveError {
    ApproveError::AlreadyCreated {
        key: session.jira_key.clone().unwrap_or_default(),
        url: session.jira_url.clone().unwrap_or_default(),
    }
}

/// What is approved must be what is stored, what is newest, and what this deployment would send.
fn check_current(
    app: &App,
    request: &Approve,
    draft: &Draft,
    session: &Session,
) -> Result<(), ApproveError> {
    let unchanged = session.current_draft == Some(draft.id)
        && same(&draft.hash, &request.hash)
        && draft_hash(&draft.target, &draft.request) == draft.hash;
    if !unchanged {
        return Err(ApproveError::DraftChanged);
    }
    if target(app, &draft.target.project) != draft.target {
        return Err(ApproveError::TargetChanged);
    }
    Ok(())
}

fn check_policy(
    app: &App,
    request: &Approve,
    author: &Identity,
    draft: &Draft,
    session: &Session,
) -> Result<(), Refusal> {
    let channel = &session.channel.channel;
    app.settings()
        .approval
        .check(channel, &draft.target.project, author, &request.by)
}

fn new_approval(app: &App, request: &Approve, draft: &Draft) -> Approval {
    Approval {
        id: ApprovalId(clock::new_id()),
        session: draft.session.clone(),
        draft: draft.id,
        draft_hash: draft.hash.clone(),
        approved_by: request.by.actor.clone(),
        approved_at: app.now(),
    }
}

/// Inserts the operation, or takes the row of an earlier attempt that Jira refused.
pub(super) async fn prepare(
    app: &App,
    tx: &Tx,
    draft: &Draft,
    approval: &Approval,
) -> Result<OperationId, ApproveError> {
    let operation = new_operation(app, draft, approval);
    match operations::insert(tx, &operation).await? {
        Inserted::New => Ok(operation.id),
        Inserted::Existing(earlier) => match earlier.state {
            OperationState::Rejected
                if operations::revive(tx, earlier.id, &operation, app.now()).await? =>
            {
                Ok(earlier.id)
            }
            OperationState::Cancelled
                if earlier.send_started_at.is_none()
                    && operations::revive(tx, earlier.id, &operation, app.now()).await? =>
            {
                Ok(earlier.id)
            }
            OperationState::Confirmed | OperationState::Duplicate => {
                let key = earlier.jira_key.unwrap_or_default();
                Err(ApproveError::AlreadyCreated {
                    url: crate::links::issue(app, &key),
                    key,
                })
            }
            OperationState::Cancelled => Err(ApproveError::Discarded),
            _ => Err(ApproveError::InProgress),
        },
    }
}

fn new_operation(app: &App, draft: &Draft, approval: &Approval) -> Operation {
    let write = ApprovedWrite {
        session: draft.session.clone(),
        kind: OperationKind::JiraCreate,
        draft_hash: draft.hash.clone(),
        request: draft.request.clone(),
        target: draft.target.clone(),
        created_by: draft.author.clone(),
        approved_by: approval.approved_by.clone(),
    };
    let id = OperationId(clock::new_id());
    Operation::prepared(id, write, app.deployment_key(), app.now())
}

async fn audit_refusal(app: &App, request: &Approve, why: &ApproveError) -> Result<(), StoreError> {
    let details = json!({ "hash": request.hash, "reason": why.to_string() });
    record_alone(
        app,
        &request.by.actor,
        "approval.refused",
        &request.draft,
        details,
    )
    .await
}
