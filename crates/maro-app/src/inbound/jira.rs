//! A webhook of Jira: evidence for the ledger, and what channels last saw of an issue.

use maro_atlassian::webhook::JiraEvent;

use super::HandleError;
use crate::App;
use crate::cause::Cause;
use crate::operations::{TakeEvidenceError, take_evidence};

/// Handles one webhook. Its content is a hint: what matters is read back from Jira.
pub(super) async fn handle_webhook(
    app: &App,
    body: &[u8],
    cause: &Cause,
) -> Result<(), HandleError> {
    let event = JiraEvent::parse(body).map_err(|err| HandleError::Broken(err.to_string()))?;
    let Some(issue) = event.issue else {
        return Ok(());
    };
    match take_evidence(app, &issue.id, &issue.labels, cause).await {
        Ok(_) => Ok(()),
        Err(TakeEvidenceError::Jira(err)) => Err(HandleError::Later(err.to_string())),
        Err(TakeEvidenceError::Store(err)) => Err(err.into()),
    }
}
