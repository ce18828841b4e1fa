//! One session or operation, with everything a person wants to see about it.

use maro_core::approvals::Approval;
use maro_core::audit::AuditEntry;
use maro_core::drafts::Draft;
use maro_core::ids::{DraftId, OperationId, SessionId};
use maro_core::operations::Operation;
use maro_store::operations::OperationFilter;
use maro_store::sessions::Session;
use maro_store::{PageRequest, StoreError, approvals, audit, drafts, operations, sessions};

use crate::App;

/// A session with its drafts, approvals and operations.
#[derive(Debug, Clone)]
pub struct SessionDetail {
    /// The session.
    pub session: Session,
    /// The newest draft.
    pub draft: Option<Draft>,
    /// How many versions there were.
    pub versions: usize,
    /// Who approved what.
    pub approvals: Vec<Approval>,
    /// The writes, newest first.
    pub operations: Vec<Operation>,
    /// The text of the description as it would be sent.
    pub description: String,
}

/// An operation with its session and history.
#[derive(Debug, Clone)]
pub struct OperationDetail {
    /// The operation.
    pub operation: Operation,
    /// Its session.
    pub session: Option<Session>,
    /// What happened, oldest first.
    pub history: Vec<AuditEntry>,
    /// The link to the issue, when there is one.
    pub issue_url: Option<String>,
    /// The text of the description that was approved.
    pub description: String,
}

/// Finds a session with what belongs to it.
pub async fn session_detail(
    app: &App,
    id: &SessionId,
) -> Result<Option<SessionDetail>, StoreError> {
    let store = app.store();
    let Some(session) = sessions::find(store, id).await? else {
        return Ok(None);
    };
    let mut versions = drafts::list_of_session(store, id).await?;
    let count = versions.len();
    let draft = session
        .current_draft
        .and_then(|current| versions.iter().position(|draft| draft.id == current))
        .map(|position| versions.swap_remove(position));
    let filter = OperationFilter {
        session: Some(id.clone()),
        ..OperationFilter::default()
    };
    let description = draft
        .as_ref()
        .map(|draft| description_text(&draft.request))
        .unwrap_or_default();
    Ok(Some(SessionDetail {
        approvals: approvals::list_of_session(store, id).await?,
        operations: operations::page(store, &filter, &PageRequest::first(50))
            .await?
            .items,
        session,
        draft,
        versions: count,
        description,
    }))
}

/// Finds an operation with its history.
pub async fn operation_detail(
    app: &App,
    id: OperationId,
) -> Result<Option<OperationDetail>, StoreError> {
    let store = app.store();
    let Some(operation) = operations::find(store, id).await? else {
        return Ok(None);
    };
    let issue_url = operation
        .jira_key
        .as_ref()
        .map(|key| crate::links::issue(app, key));
    Ok(Some(OperationDetail {
        session: sessions::find(store, &operation.session).await?,
        history: audit::of_subject(store, &id.to_string()).await?,
        description: description_text(&operation.request),
        issue_url,
        operation,
    }))
}

/// Finds a draft.
pub async fn draft(app: &App, id: DraftId) -> Result<Option<Draft>, StoreError> {
    drafts::find(app.store(), id).await
}

fn description_text(request: &serde_json::Value) -> String {
    maro_atlassian::adf::to_text(&request["fields"]["description"])
}
