//! Moving an issue to another status: one step, chosen from those that Jira offers at that moment.
//!
//! The issue is read right before and right after. Before, because it may be there already or
//! somebody may have moved it since; after, because only what Jira says then is stored.
//!
//! **Invariants:** [`send`] takes a [`ClaimedSend`] like every write. A move whose outcome is not
//! clear is made again only after the issue was read and was found where it had been.

use maro_atlassian::sentences::{NOT_CONFIGURED, with_next_step};
use maro_atlassian::{CreateError, JiraError};
use maro_core::actor::Actor;
use maro_core::drafts::draft_hash;
use maro_core::operations::{
    MoveOutcome, Operation, OperationKind, OperationState, after_move, moved,
};
use maro_core::sync::{MoveRequest, Reading, Ready, choose, ready};
use maro_store::operations::{ClaimedSearch, ClaimedSend};
use maro_store::{StoreError, jira_changes, operations};

use super::send::{fits_the_lease, pause_after};
use super::settle::apply;
use crate::App;
use crate::cause::Cause;
use crate::connections::Jira;
use crate::failpoints::reach;
use crate::sync::{FIELDS, reading, step_of, still_wanted};

/// Makes a claimed move and stores what came of it.
pub(super) async fn send(app: &App, claimed: ClaimedSend) -> Result<(), StoreError> {
    let operation = claimed.operation();
    let outcome = perform(app, operation).await?;
    let expected = (OperationState::Sending, claimed.epoch());
    store(app, operation, expected, outcome).await
}

/// Looks what became of a move whose outcome is not clear.
pub(super) async fn look(app: &App, claimed: ClaimedSearch) -> Result<(), StoreError> {
    let operation = claimed.operation();
    reach("move.before_look");
    let looking = look_at(app, operation);
    let looked = tokio::time::timeout(app.settings().timings.send_deadline, looking).await;
    let outcome = looked.unwrap_or_else(|_| unclear("no answer came in time"));
    reach("move.after_look");
    let expected = (operation.state, claimed.epoch());
    store(app, operation, expected, outcome).await
}

async fn store(
    app: &App,
    operation: &Operation,
    expected: (OperationState, i64),
    outcome: MoveOutcome,
) -> Result<(), StoreError> {
    let step = after_move(operation, outcome, &app.settings().schedule, app.now());
    // What was heard of the issue while the move was under way may have waited for this.
    let ended = step.state.is_settled() && moved(operation, &step.evidence).is_none();
    let (direct, system) = (Cause::direct(), Actor::System);
    apply(app, operation.id, Some(expected), &system, &direct, |_| {
        Some(step)
    })
    .await?;
    if let Some(request) = request_of(operation).filter(|_| ended) {
        jira_changes::note(app.store(), &request.issue, false, app.now()).await?;
        app.wakeups().changes();
    }
    Ok(())
}

async fn perform(app: &App, operation: &Operation) -> Result<MoveOutcome, StoreError> {
    let Some(request) = request_of(operation) else {
        return Ok(MoveOutcome::Refused("the request cannot be read".into()));
    };
    let Some(jira) = app.jira() else {
        return Ok(not_now(NOT_CONFIGURED));
    };
    if is_elsewhere(app, operation) {
        let reason = "Maro's Jira address or account has changed since this was planned.";
        return Ok(MoveOutcome::Refused(reason.into()));
    }
    if earlier_is_under_way(app, operation).await? {
        return Ok(not_now("an earlier move of this issue is not settled yet"));
    }
    if let Err(reason) = still_wanted(app, &operation.session, &request).await? {
        return Ok(MoveOutcome::Unwanted(reason));
    }
    let before = match read(&jira, &request.issue).await {
        Ok(before) => before,
        Err(err) => return Ok(of_reading(&err)),
    };
    Ok(match ready(&request, &before) {
        Ready::There => there(before, false),
        Ready::Overtaken => MoveOutcome::Overtaken(before),
        Ready::Go => take(app, &jira, operation, &request, before).await,
    })
}

async fn take(
    app: &App,
    jira: &Jira,
    operation: &Operation,
    request: &MoveRequest,
    before: Reading,
) -> MoveOutcome {
    let steps = match jira.rest().transitions(&request.issue).await {
        Ok(steps) => steps.into_iter().filter_map(step_of).collect::<Vec<_>>(),
        Err(err) => return of_reading(&err),
    };
    let step = match choose(&request.wish(), &before.status, &steps) {
        Ok(step) => step,
        Err(none) => return MoveOutcome::Refused(none.to_string()),
    };
    if !fits_the_lease(app, operation) {
        return not_now("the claim was about to run out");
    }
    reach("move.before_write");
    let taken = jira
        .take_step(&before.issue, &step.id, app.send_deadline())
        .await;
    reach("move.after_answer");
    match taken {
        Ok(()) => after_yes(jira, before).await,
        Err(CreateError::Rejected(refusal)) => {
            after_no(jira, request, before, refusal.to_string()).await
        }
        Err(err @ CreateError::OutcomeUnknown { .. }) => MoveOutcome::Unclear(err.to_string()),
        Err(err) => MoveOutcome::NotNow {
            reason: with_next_step(&err.to_string(), err.next_step()),
            retry_after: pause_after(app, &err),
        },
    }
}

/// Jira took the step. A reading that does not show it comes from a copy that lags.
async fn after_yes(jira: &Jira, before: Reading) -> MoveOutcome {
    match read(jira, &before.issue.id).await {
        Ok(now) if now.updated == before.updated && now.status == before.status => {
            unclear("Jira took the step and does not show it yet")
        }
        Ok(now) => there(now, true),
        Err(err) => unclear(&format!(
            "Jira took the step, and could not be asked since: {err}"
        )),
    }
}

/// Jira refused the step. Where somebody else took one in the same moment, that is why.
async fn after_no(
    jira: &Jira,
    request: &MoveRequest,
    before: Reading,
    reason: String,
) -> MoveOutcome {
    match read(jira, &before.issue.id).await {
        Ok(now) if request.wish().is_met_by(&now) => there(now, false),
        Ok(now) if now.category != before.category => MoveOutcome::Overtaken(now),
        _ => MoveOutcome::Refused(reason),
    }
}

async fn look_at(app: &App, operation: &Operation) -> MoveOutcome {
    let (Some(request), Some(jira)) = (request_of(operation), app.jira()) else {
        return unclear(NOT_CONFIGURED);
    };
    if crate::drafts::target(app, &operation.target.project).site != operation.target.site {
        return unclear("Maro is no longer connected to the Jira where this was sent");
    }
    match read(&jira, &request.issue).await {
        Ok(now) => match ready(&request, &now) {
            Ready::There => there(now, true),
            Ready::Overtaken => MoveOutcome::Overtaken(now),
            Ready::Go => MoveOutcome::Again,
        },
        Err(JiraError::NotFound) => of_reading(&JiraError::NotFound),
        Err(err) => unclear(&format!("Jira could not be asked: {err}")),
    }
}

async fn read(jira: &Jira, issue: &str) -> Result<Reading, JiraError> {
    Ok(reading(&jira.issue(issue, FIELDS, &[]).await?))
}

/// Steps of one issue are taken one after the other.
async fn earlier_is_under_way(app: &App, operation: &Operation) -> Result<bool, StoreError> {
    let kind = OperationKind::JiraTransition;
    let all = operations::unsettled(app.store(), &operation.session, kind).await?;
    let mut earlier = all.iter().take_while(|other| other.id < operation.id);
    Ok(earlier.any(|other| other.state != OperationState::Prepared))
}

/// What is sent must be what was planned, and for this Jira.
fn is_elsewhere(app: &App, operation: &Operation) -> bool {
    let target = &operation.target;
    crate::drafts::target(app, &target.project) != *target
        || draft_hash(target, &operation.request) != operation.draft_hash
}

fn request_of(operation: &Operation) -> Option<MoveRequest> {
    serde_json::from_value(operation.request.clone()).ok()
}

fn of_reading(err: &JiraError) -> MoveOutcome {
    match err {
        JiraError::NotFound => {
            MoveOutcome::Unwanted("Jira does not show the issue any more".into())
        }
        JiraError::Forbidden(_) | JiraError::Rejected(_) | JiraError::TooLarge => {
            MoveOutcome::Refused(err.to_string())
        }
        _ => MoveOutcome::NotNow {
            reason: with_next_step(&err.to_string(), err.next_step()),
            retry_after: err
                .retry_after()
                .and_then(|pause| chrono::Duration::from_std(pause).ok()),
        },
    }
}

fn there(read: Reading, by_us: bool) -> MoveOutcome {
    MoveOutcome::There { read, by_us }
}

fn not_now(reason: &str) -> MoveOutcome {
    MoveOutcome::NotNow {
        reason: reason.to_owned(),
        retry_after: None,
    }
}

fn unclear(reason: &str) -> MoveOutcome {
    MoveOutcome::Unclear(reason.to_owned())
}
