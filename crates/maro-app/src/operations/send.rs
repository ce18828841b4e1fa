//! Sending one claimed operation to Jira: at most one request, no retry, no redirect.
//!
//! **Invariant:** [`send`] takes a [`ClaimedSend`], which only the ledger's claim can construct, and
//! the claim is committed before it returns. Code that skips approval or claim does not compile.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};
use maro_atlassian::CreateError;
use maro_atlassian::sentences::NOT_CONFIGURED;
use maro_core::approvals::LIFETIME;
use maro_core::drafts::hash_of_sent_body;
use maro_core::operations::{
    EvidenceKind, IssueRef, Operation, OperationKind, SendOutcome, body_with_marker,
};
use maro_store::operations::ClaimedSend;
use maro_store::{StoreError, approvals};

use super::moves;
use super::settle::settle_send;
use super::twins::look_for_twins;
use super::words;
use crate::App;
use crate::failpoints::reach;

/// Sends the operation and stores what came of it.
pub(crate) async fn send(app: &App, claimed: ClaimedSend) -> Result<(), StoreError> {
    reach("claim.after_commit");
    if claimed.operation().kind == OperationKind::JiraTransition {
        return Box::pin(moves::send(app, claimed)).await;
    }
    let outcome = perform(app, &claimed).await;
    reach("send.after_answer");
    let created = matches!(outcome, SendOutcome::Created { .. });
    settle_send(app, &claimed, outcome).await?;
    if created {
        look_for_twins(app, claimed.operation());
    }
    Ok(())
}

async fn perform(app: &App, claimed: &ClaimedSend) -> SendOutcome {
    let operation = claimed.operation();
    let Some(jira) = app.jira() else {
        return SendOutcome::NotNow {
            reason: NOT_CONFIGURED.into(),
            retry_after: None,
        };
    };
    let bytes = match bytes_to_send(app, operation).await {
        Ok(bytes) => bytes,
        Err(reason) => {
            return SendOutcome::Refused {
                reason,
                fields: BTreeMap::new(),
            };
        }
    };
    if !fits_the_lease(app, operation) {
        return SendOutcome::NotNow {
            reason: "the claim was about to run out".into(),
            retry_after: None,
        };
    }
    reach("send.before_write");
    match jira.create_issue(bytes, app.send_deadline()).await {
        Ok(created) => SendOutcome::Created {
            issue: IssueRef {
                id: created.id,
                key: created.key.to_string(),
            },
            differences: created.differences,
        },
        Err(err) => outcome_of(app, operation, &err),
    }
}

/// The approved body with the marker; refuses anything whose hash is not the approved one.
async fn bytes_to_send(app: &App, operation: &Operation) -> Result<Vec<u8>, String> {
    let is_standing = operation.approved_by.approves_standing();
    if !is_standing && app.now() - last_approval(app, operation).await > LIFETIME {
        return Err("The approval is older than 24 hours. Please approve again.".into());
    }
    let current = crate::drafts::target(app, &operation.target.project);
    let with_label = app.metadata().takes_labels(app, &operation.request).await;
    let bytes = body_with_marker(operation, with_label)
        .to_string()
        .into_bytes();
    let unchanged = current == operation.target
        && hash_of_sent_body(&operation.target, &bytes).as_deref() == Some(&operation.draft_hash);
    if unchanged {
        Ok(bytes)
    } else {
        Err("Draft changed since approval. Please re-approve.".into())
    }
}

/// When a person last said yes to this operation: by an approval, or by "create anyway".
async fn last_approval(app: &App, operation: &Operation) -> DateTime<Utc> {
    let approvals = approvals::list_of_session(app.store(), &operation.session).await;
    let approved = approvals
        .iter()
        .flatten()
        .filter(|approval| approval.draft_hash == operation.draft_hash)
        .map(|approval| approval.approved_at);
    let decided = operation
        .evidence
        .iter()
        .filter(|evidence| evidence.kind == EvidenceKind::Person)
        .map(|evidence| evidence.at);
    approved
        .chain(decided)
        .max()
        .unwrap_or(operation.created_at)
}

/// The time-out of the call must end before the claim does, or another worker could look too early.
pub(super) fn fits_the_lease(app: &App, operation: &Operation) -> bool {
    let deadline = Duration::from_std(app.send_deadline()).unwrap_or(Duration::MAX);
    operation
        .lease_until
        .is_some_and(|until| app.now() + deadline < until)
}

fn outcome_of(app: &App, operation: &Operation, err: &CreateError) -> SendOutcome {
    let pause = pause_after(app, err);
    let reason = words::of_failure(err, (&operation.session, &operation.target.project), pause);
    match err {
        CreateError::Rejected(refusal) => SendOutcome::Refused {
            reason,
            fields: refusal.fields.clone(),
        },
        CreateError::OutcomeUnknown { .. } => SendOutcome::Unclear(reason),
        _ => SendOutcome::NotNow {
            reason,
            retry_after: pause,
        },
    }
}

/// What we are asked to wait; after a limit that does not say, a pause by chance.
pub(super) fn pause_after(app: &App, err: &CreateError) -> Option<Duration> {
    let asked = match err {
        CreateError::NotReady { retry_after, .. } => *retry_after,
        CreateError::RateLimited(limit) => limit.retry_after,
        _ => None,
    };
    let asked = asked.and_then(|pause| Duration::from_std(pause).ok());
    let limited = matches!(err, CreateError::RateLimited(_));
    let unsaid = || app.settings().schedule.after_limit(rand::random());
    asked.or_else(|| limited.then(unsaid))
}
