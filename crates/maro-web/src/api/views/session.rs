//! A conversation and what belongs to it.

use chrono::{DateTime, Utc};
use maro_app::model::{Approval, Session};
use maro_app::queries::SessionDetail;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{DraftView, OperationView};

/// One conversation that may become a ticket.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct SessionView {
    /// `team:channel:thread`.
    id: String,
    team: String,
    channel: String,
    channel_name: Option<String>,
    thread_ts: Option<String>,
    #[schema(example = "awaiting_approval")]
    phase: &'static str,
    /// The newest draft.
    draft: Option<Uuid>,
    author: String,
    author_name: Option<String>,
    source_permalink: Option<String>,
    jira_key: Option<String>,
    jira_url: Option<String>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<Session> for SessionView {
    fn from(session: Session) -> Self {
        Self {
            id: session.id.0,
            team: session.channel.team,
            channel: session.channel.channel,
            channel_name: session.channel_name,
            thread_ts: session.thread_ts,
            phase: session.phase.as_str(),
            draft: session.current_draft.map(|id| id.0),
            author: session.author.to_string(),
            author_name: session.author_name,
            source_permalink: session.source_permalink,
            jira_key: session.jira_key,
            jira_url: session.jira_url,
            created_at: session.created_at,
            updated_at: session.updated_at,
        }
    }
}

/// A session with what belongs to it.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct SessionDetailView {
    session: SessionView,
    draft: Option<DraftView>,
    /// How many versions of the draft there were.
    versions: usize,
    approvals: Vec<ApprovalView>,
    operations: Vec<OperationView>,
}

impl From<SessionDetail> for SessionDetailView {
    fn from(detail: SessionDetail) -> Self {
        Self {
            session: detail.session.into(),
            draft: detail.draft.map(Into::into),
            versions: detail.versions,
            approvals: detail.approvals.into_iter().map(Into::into).collect(),
            operations: detail.operations.into_iter().map(Into::into).collect(),
        }
    }
}

/// Who approved what, and when.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct ApprovalView {
    id: Uuid,
    draft: Uuid,
    draft_hash: String,
    approved_by: String,
    approved_at: DateTime<Utc>,
}

impl From<Approval> for ApprovalView {
    fn from(approval: Approval) -> Self {
        Self {
            id: approval.id.0,
            draft: approval.draft.0,
            draft_hash: approval.draft_hash,
            approved_by: approval.approved_by.to_string(),
            approved_at: approval.approved_at,
        }
    }
}
