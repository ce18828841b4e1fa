//! Settling: one step of the ledger, the session's phase and what people are told, in one transaction.
//!
//! **Invariant:** a session becomes `created` only here, in the transaction that confirms its
//! operation. A step that lost a race is computed again from the row that won.

use std::time::Duration;

use maro_core::actor::Actor;
use maro_core::findings::tickets::ticket_of;
use maro_core::ids::OperationId;
use maro_core::operations::{
    EvidenceKind, IssueRef, Operation, OperationKind, OperationState, SendOutcome, Step,
    after_evidence, after_send,
};
use maro_core::sessions::Phase;
use maro_core::tracking::TrackedIssue;
use maro_store::operations::ClaimedSend;
use maro_store::sessions::{self, Session};
use maro_store::{StoreError, Tx, drafts, operations, tracked};
use serde_json::json;

use super::announce::{News, tell_people};
use crate::App;
use crate::audit::record;
use crate::cause::Cause;
use crate::failpoints::reach;
use crate::findings::tickets::{ledger_moved, name_fields, read_soon};
use crate::happening::Happening;

const TRIES: u32 = 5;
const FIRST_PAUSE: Duration = Duration::from_millis(100);

/// Stores the outcome of a send. It is the only copy of what Jira answered, so a failure of the
/// database is met with a few more tries before the claim runs out.
pub(super) async fn settle_send(
    app: &App,
    claimed: &ClaimedSend,
    outcome: SendOutcome,
) -> Result<(), StoreError> {
    let mut pause = FIRST_PAUSE;
    for _ in 0..TRIES {
        match try_settle_send(app, claimed, &outcome).await {
            Ok(()) => return Ok(()),
            Err(err) => {
                let err: &(dyn std::error::Error + 'static) = &err;
                tracing::warn!(error = err, "the outcome of a send was not stored yet");
            }
        }
        tokio::time::sleep(pause).await;
        pause *= 2;
    }
    try_settle_send(app, claimed, &outcome).await
}

async fn try_settle_send(
    app: &App,
    claimed: &ClaimedSend,
    outcome: &SendOutcome,
) -> Result<(), StoreError> {
    let id = claimed.operation().id;
    let schedule = &app.settings().schedule;
    let step = after_send(claimed.operation(), outcome.clone(), schedule, app.now());
    let expected = Some((OperationState::Sending, claimed.epoch()));
    let direct = Cause::direct();
    let stored = apply(app, id, expected, &Actor::System, &direct, |_| Some(step)).await?;
    match outcome {
        // An answer with an id is evidence whatever happened to the claim meanwhile.
        SendOutcome::Created { issue, .. } if !stored => {
            let issues = vec![issue.clone()];
            settle_evidence(app, id, EvidenceKind::Answer, issues, &direct)
                .await
                .map(drop)
        }
        _ => Ok(()),
    }
}

/// Stores evidence from anywhere, whoever holds the claim.
pub(super) async fn settle_evidence(
    app: &App,
    id: OperationId,
    kind: EvidenceKind,
    issues: Vec<IssueRef>,
    cause: &Cause,
) -> Result<bool, StoreError> {
    let now = app.now();
    apply(app, id, None, &Actor::System, cause, |operation| {
        let known = operation.known_issues();
        let is_news = issues
            .iter()
            .any(|issue| known.iter().all(|known| known.id != issue.id));
        let is_found = matches!(
            operation.state,
            OperationState::Confirmed | OperationState::Duplicate
        );
        (is_news || !is_found).then(|| after_evidence(operation, kind, &issues, now))
    })
    .await
}

/// Locks the operation, asks for the step from what it is now, and stores the step with its effects.
///
/// Returns `false` when `expected` no longer holds or there is nothing to store.
pub(super) async fn apply(
    app: &App,
    id: OperationId,
    expected: Option<(OperationState, i64)>,
    actor: &Actor,
    cause: &Cause,
    step_from: impl FnOnce(&Operation) -> Option<Step>,
) -> Result<bool, StoreError> {
    let tx = app.store().begin().await?;
    let Some(operation) = lock(&tx, id).await? else {
        return Ok(false);
    };
    let holds = expected
        .is_none_or(|(state, epoch)| operation.state == state && operation.lease_epoch == epoch);
    let Some(step) = step_from(&operation).filter(|_| holds) else {
        return Ok(false);
    };
    let epoch = expected.map(|(_, epoch)| epoch);
    if !operations::apply(&tx, id, operation.state, epoch, &step, app.now()).await? {
        return Ok(false);
    }
    follow(app, &tx, &operation, &step, actor).await?;
    if !cause.settle(&tx).await? {
        return Ok(false);
    }
    let details = json!({
        "from": operation.state.as_str(), "to": step.state.as_str(), "attempt": step.attempt,
        "note": step.evidence.note, "issue": step.issue.as_ref().map(|issue| &issue.key),
    });
    let action = format!("operation.{}", step.state.as_str());
    record(app, &tx, actor, &action, &id, details).await?;
    reach("settle.before_commit");
    tx.commit().await?;
    reach("settle.after_commit");
    after_commit(app, &operation, &step);
    if let (Some(_), Some(issue)) = (ticket_of(&operation.session), &step.issue) {
        read_soon(app, &issue.id).await;
    }
    if step.state == OperationState::Rejected && !step.evidence.fields.is_empty() {
        name_fields(app, &operation).await;
    }
    Ok(true)
}

/// Locks the session, then the operation: all steps of a session take turns, claims included.
async fn lock(tx: &Tx, id: OperationId) -> Result<Option<Operation>, StoreError> {
    let Some(operation) = operations::find(tx, id).await? else {
        return Ok(None);
    };
    sessions::lock(tx, &operation.session).await?;
    operations::lock(tx, id).await
}

fn after_commit(app: &App, operation: &Operation, step: &Step) {
    app.wakeups().outbox();
    app.wakeups().operations();
    app.announce(Happening::Operations);
    if ticket_of(&operation.session).is_some() {
        app.announce(Happening::Findings);
    }
    metrics::counter!("maro_operation_steps_total", "to" => step.state.as_str()).increment(1);
    tracing::info!(
        operation.id = %operation.id,
        from = operation.state.as_str(),
        to = step.state.as_str(),
        issue.key = step.issue.as_ref().map(|issue| issue.key.as_str()),
        "operation {} is {}", operation.id, step.state.as_str(),
    );
}

/// What follows from a step: the session's phase, tracking, and what people are told.
async fn follow(
    app: &App,
    tx: &Tx,
    operation: &Operation,
    step: &Step,
    actor: &Actor,
) -> Result<(), StoreError> {
    if operation.kind == OperationKind::JiraTransition {
        return crate::sync::follow(app, tx, operation, step).await;
    }
    let Some(session) = sessions::lock(tx, &operation.session).await? else {
        return Ok(());
    };
    let session = advance_session(app, tx, session, step).await?;
    ledger_moved(app, tx, operation, step, actor).await?;
    if let (OperationState::Confirmed | OperationState::Duplicate, Some(issue), None) =
        (step.state, &step.issue, ticket_of(&session.id))
    {
        track(app, tx, &session, operation, issue).await?;
    }
    let Some(draft) = (match session.current_draft {
        Some(draft) => drafts::find(tx, draft).await?,
        None => None,
    }) else {
        return Ok(());
    };
    let news = News {
        session: &session,
        draft: &draft,
        operation,
        step,
        actor,
    };
    tell_people(app, tx, &news).await
}

async fn advance_session(
    app: &App,
    tx: &Tx,
    session: Session,
    step: &Step,
) -> Result<Session, StoreError> {
    let to = match step.state {
        OperationState::Confirmed | OperationState::Duplicate => Phase::Created,
        OperationState::Rejected => Phase::AwaitingApproval,
        OperationState::Cancelled => Phase::Discarded,
        _ => return Ok(session),
    };
    let from: &[Phase] = match to {
        // Late evidence counts more than what people did to the session meanwhile.
        Phase::Created => &[
            Phase::Creating,
            Phase::AwaitingApproval,
            Phase::Drafting,
            Phase::Discarded,
        ],
        _ => &[Phase::Creating],
    };
    sessions::advance(tx, &session.id, from, to, app.now()).await?;
    let Some(issue) = step.issue.as_ref().filter(|_| to == Phase::Created) else {
        return Ok(Session {
            phase: to,
            ..session
        });
    };
    let url = crate::links::issue(app, &issue.key);
    sessions::set_issue(tx, &session.id, &issue.key, &url).await?;
    Ok(Session {
        phase: to,
        jira_key: Some(issue.key.clone()),
        jira_url: Some(url),
        ..session
    })
}

async fn track(
    app: &App,
    tx: &Tx,
    session: &Session,
    operation: &Operation,
    issue: &IssueRef,
) -> Result<(), StoreError> {
    let Ok(key) = issue.key.parse() else {
        return Ok(());
    };
    let summary = operation.request["fields"]["summary"]
        .as_str()
        .map(str::to_owned);
    let issue = TrackedIssue {
        channel: session.channel.clone(),
        key,
        issue_id: Some(issue.id.clone()),
        tracked_by: operation.created_by.clone(),
        tracked_at: app.now(),
        last_synced_at: None,
        last_status: None,
        last_summary: summary,
        gone_since: None,
    };
    tracked::track(tx, &issue).await?;
    app.announce(Happening::Tracking);
    Ok(())
}
