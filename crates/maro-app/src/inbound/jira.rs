//! A webhook of Jira: a hint that a tracked issue changed, and evidence for the ledger.

use maro_atlassian::webhook::{EventKind, JiraEvent};
use maro_store::jira_inbound;

use super::HandleError;
use crate::App;
use crate::cause::Cause;
use crate::operations::{TakeEvidenceError, take_evidence};
use crate::tracking::{Named, note_change};

/// Handles one webhook. Its content is a hint: what matters is read back from Jira.
pub(super) async fn handle_webhook(
    app: &App,
    body: &[u8],
    cause: &Cause,
) -> Result<(), HandleError> {
    let event = JiraEvent::parse(body).map_err(|err| HandleError::Broken(err.to_string()))?;
    jira_inbound::mark_webhook(app.store(), app.now()).await?;
    let Some(issue) = event.issue else {
        return Ok(());
    };
    let named = Named {
        id: &issue.id,
        key: &issue.key,
        deleted: event.kind == EventKind::IssueDeleted,
    };
    note_change(app, named).await?;
    match take_evidence(app, &issue.id, &issue.labels, cause).await {
        Ok(_) => Ok(()),
        Err(TakeEvidenceError::Jira(err)) => Err(HandleError::Later(err.to_string())),
        Err(TakeEvidenceError::Store(err)) => Err(err.into()),
    }
}
