//! The three answers of a person to an unknown outcome: it exists, create anyway, give up.

use maro_core::actor::Actor;
use maro_core::approvals::{Identity, Refusal};
use maro_core::ids::OperationId;
use maro_core::issue_key::IssueKey;
use maro_core::operations::{Decision, Operation, PROPERTY_KEY, after_decision};
use maro_store::{StoreError, operations, sessions};
use serde_json::json;

use super::search::reference;
use super::settle::apply;
use crate::App;
use crate::audit::record_alone;
use crate::cause::Cause;

/// What a person answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DecisionRequest {
    /// The issue exists under this key.
    ItExists(IssueKey),
    /// Send again, knowing that it may make a second issue.
    CreateAnyway,
    /// Do not send again.
    GiveUp,
}

/// Why an answer was not taken.
#[derive(Debug, thiserror::Error)]
pub enum DecideError {
    /// No such operation.
    #[error("This operation does not exist.")]
    NotFound,
    /// Nobody is asked any more.
    #[error("This was already decided.")]
    NotAsked,
    /// Policy refuses this person.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Jira does not know the issue, or does not show it to us.
    #[error("{0} not found in Jira")]
    NoSuchIssue(IssueKey),
    /// The issue is in another project.
    #[error("{0} is not in the project of this draft")]
    WrongProject(IssueKey),
    /// Jira did not answer.
    #[error("Jira could not be asked: {0}")]
    Jira(String),
    /// The database failed.
    #[error("could not store the answer")]
    Store(#[from] StoreError),
}

/// Takes a person's answer.
pub async fn decide(
    app: &App,
    id: OperationId,
    request: &DecisionRequest,
    by: &Identity,
    cause: &Cause,
) -> Result<(), DecideError> {
    let operation = operations::find(app.store(), id)
        .await?
        .ok_or(DecideError::NotFound)?;
    if by.actor.is_stranger_to(&operation.session) {
        return Err(DecideError::NotFound);
    }
    if let Err(refusal) = check_policy(app, &operation, by).await? {
        let details = json!({ "reason": refusal.to_string() });
        record_alone(app, &by.actor, "decision.refused", &id, details).await?;
        return Err(refusal.into());
    }
    let decision = checked(app, &operation, request).await?;
    let now = app.now();
    let stored = apply(app, id, None, &by.actor, cause, |current| {
        after_decision(current, &decision, now).ok()
    })
    .await?;
    if stored {
        Ok(())
    } else {
        Err(DecideError::NotAsked)
    }
}

async fn check_policy(
    app: &App,
    operation: &Operation,
    by: &Identity,
) -> Result<Result<(), Refusal>, StoreError> {
    let session = sessions::find(app.store(), &operation.session).await?;
    let channel = session
        .map(|session| session.channel.channel)
        .unwrap_or_default();
    let author: &Actor = &operation.created_by;
    let author = crate::people::identify(app, author).await?;
    Ok(app
        .settings()
        .approval
        .check(&channel, &operation.target.project, &author, by))
}

/// A key that a person names is read back from Jira before it counts.
async fn checked(
    app: &App,
    operation: &Operation,
    request: &DecisionRequest,
) -> Result<Decision, DecideError> {
    let key = match request {
        DecisionRequest::CreateAnyway => return Ok(Decision::CreateAnyway),
        DecisionRequest::GiveUp => return Ok(Decision::GiveUp),
        DecisionRequest::ItExists(key) => key,
    };
    if key.project() != operation.target.project {
        return Err(DecideError::WrongProject(key.clone()));
    }
    let jira = app
        .jira()
        .ok_or_else(|| DecideError::Jira("it is not configured".into()))?;
    match jira.issue(key.as_str(), &["labels"], &[PROPERTY_KEY]).await {
        Ok(issue) => Ok(Decision::ItExists(reference(&issue))),
        Err(maro_atlassian::JiraError::NotFound) => Err(DecideError::NoSuchIssue(key.clone())),
        Err(err) => Err(DecideError::Jira(err.to_string())),
    }
}
