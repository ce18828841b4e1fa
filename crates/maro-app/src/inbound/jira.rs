//! A webhook of Jira: a hint that a tracked issue changed, and evidence for the ledger.
//!
//! Most of a busy Jira's webhooks are about issues that nobody here follows. Those are noticed and not
//! stored.

use maro_atlassian::webhook::{EventKind, JiraEvent};
use maro_core::operations::Marker;
use maro_store::{StoreError, jira_inbound, tracked_state};

use super::HandleError;
use crate::App;
use crate::cause::Cause;
use crate::operations::{TakeEvidenceError, take_evidence};
use crate::tracking::{Named, note_change};

/// What a webhook is to Maro.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Concern {
    /// An issue that something here waits for or follows: the webhook is to be stored.
    Ours,
    /// Anything else; that it came was noticed.
    Others,
}

/// Looks whether a webhook is about something that Maro waits for or follows. The error of a body that
/// is no webhook names what is wrong.
pub async fn concern_of(app: &App, raw_body: &[u8]) -> Result<Concern, String> {
    let event = JiraEvent::parse(raw_body).map_err(|err| err.to_string())?;
    // Storing is always right, so a database that cannot say now leaves it to the worker.
    let is_ours = is_ours(app, &event).await.unwrap_or(true);
    Ok(if is_ours {
        Concern::Ours
    } else {
        Concern::Others
    })
}

async fn is_ours(app: &App, event: &JiraEvent) -> Result<bool, StoreError> {
    let store = app.store();
    if let Some(issue) = &event.issue {
        let has_marker = issue.labels.iter().any(|l| Marker::from_label(l).is_some());
        if has_marker || tracked_state::is_followed(store, &issue.id, &issue.key).await? {
            return Ok(true);
        }
    }
    jira_inbound::mark_webhook(store, app.now()).await?;
    Ok(false)
}

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
