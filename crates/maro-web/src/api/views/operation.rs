//! A write to Jira, and what is known about its outcome.

use chrono::{DateTime, Utc};
use maro_app::model::{Evidence, Operation, PublicStatus};
use maro_app::queries::OperationDetail;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::AuditView;

/// One write to Jira.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct OperationView {
    id: Uuid,
    session: String,
    #[schema(example = "jira_create")]
    operation: &'static str,
    /// `pending`, `success` or `failed`.
    status: &'static str,
    /// The state in the ledger.
    #[schema(example = "confirmed")]
    state: &'static str,
    attempt: i32,
    draft_hash: String,
    marker: String,
    jira_id: Option<String>,
    jira_key: Option<String>,
    error: Option<String>,
    created_by: String,
    approved_by: String,
    sent_at: Option<DateTime<Utc>>,
    next_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<Operation> for OperationView {
    fn from(operation: Operation) -> Self {
        Self {
            id: operation.id.0,
            session: operation.session.0,
            operation: operation.kind.as_str(),
            status: status(operation.state.public()),
            state: operation.state.as_str(),
            attempt: operation.attempt,
            draft_hash: operation.draft_hash,
            marker: operation.marker.to_string(),
            jira_id: operation.jira_id,
            jira_key: operation.jira_key,
            error: operation.error_message,
            created_by: operation.created_by.to_string(),
            approved_by: operation.approved_by.to_string(),
            sent_at: operation.send_started_at,
            next_at: operation.next_at,
            created_at: operation.created_at,
            updated_at: operation.updated_at,
        }
    }
}

fn status(status: PublicStatus) -> &'static str {
    match status {
        PublicStatus::Pending => "pending",
        PublicStatus::Success => "success",
        PublicStatus::Failed => "failed",
    }
}

/// One thing that was learnt about an outcome.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct EvidenceView {
    at: DateTime<Utc>,
    #[schema(value_type = String, example = "search")]
    kind: maro_core::operations::EvidenceKind,
    note: String,
    /// The keys of the issues it speaks of.
    issues: Vec<String>,
}

impl From<Evidence> for EvidenceView {
    fn from(evidence: Evidence) -> Self {
        Self {
            at: evidence.at,
            kind: evidence.kind,
            note: evidence.note,
            issues: evidence.issues.into_iter().map(|issue| issue.key).collect(),
        }
    }
}

/// An operation with its request, its evidence and its history.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct OperationDetailView {
    operation: OperationView,
    /// The body that was approved, without Maro's marker.
    #[schema(value_type = Object)]
    request: Value,
    jira_url: Option<String>,
    evidence: Vec<EvidenceView>,
    history: Vec<AuditView>,
}

impl From<OperationDetail> for OperationDetailView {
    fn from(detail: OperationDetail) -> Self {
        let mut operation = detail.operation;
        Self {
            request: operation.request.take(),
            evidence: std::mem::take(&mut operation.evidence)
                .into_iter()
                .map(Into::into)
                .collect(),
            operation: operation.into(),
            jira_url: detail.issue_url,
            history: detail.history.into_iter().map(Into::into).collect(),
        }
    }
}
