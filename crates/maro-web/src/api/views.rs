//! What the API shows: wire types, apart from the domain, so that neither binds the other.
//!
//! **Invariant:** no secret is here: no nonce of a draft, no response address, no hash of a token.

use chrono::{DateTime, Utc};
use maro_app::model::{
    Approval, AuditEntry, DeadDelivery, Draft, DraftContent, Evidence, Message, Operation,
    OutboxMessage, Page, PublicStatus, Session, TrackedIssue,
};
use maro_app::queries::{OperationDetail, SessionDetail};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

/// One page of a list, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PageView<T> {
    items: Vec<T>,
    /// The `after` of the next page; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

impl<T> PageView<T> {
    /// A page, each item as its view.
    pub(super) fn of<I: Into<T>>(page: Page<I>) -> Self {
        Self {
            items: page.items.into_iter().map(Into::into).collect(),
            next: page.next,
        }
    }

    /// A list that is a page of its own.
    pub(super) fn whole<I: Into<T>>(items: Vec<I>) -> Self {
        Self {
            items: items.into_iter().map(Into::into).collect(),
            next: None,
        }
    }
}

/// One conversation that may become a ticket.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SessionView {
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
pub(super) struct SessionDetailView {
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

/// The fields of a draft.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ContentView {
    #[schema(max_length = 255)]
    title: String,
    /// Markdown.
    problem: String,
    /// Markdown.
    solution: String,
    /// Markdown; plain lines become a list.
    acceptance_criteria: String,
    #[schema(example = "SCRUM")]
    project: String,
    #[schema(example = "Bug")]
    issue_type: String,
    priority: Option<String>,
    labels: Vec<String>,
    #[schema(example = "SCRUM-1")]
    parent: Option<String>,
}

impl From<DraftContent> for ContentView {
    fn from(content: DraftContent) -> Self {
        Self {
            title: content.title,
            problem: content.problem,
            solution: content.solution,
            acceptance_criteria: content.acceptance_criteria,
            project: content.project,
            issue_type: content.issue_type,
            priority: content.priority,
            labels: content.labels,
            parent: content.parent.map(String::from),
        }
    }
}

/// A proposed ticket, with the exact request that approving it sends.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DraftView {
    id: Uuid,
    session: String,
    content: ContentView,
    /// The body of the POST to Jira, without Maro's marker.
    #[schema(value_type = Object)]
    request: Value,
    site: String,
    acting_identity: String,
    /// What an approval is bound to.
    hash: String,
    author: String,
    created_at: DateTime<Utc>,
}

impl From<Draft> for DraftView {
    fn from(draft: Draft) -> Self {
        Self {
            id: draft.id.0,
            session: draft.session.0,
            content: draft.content.into(),
            request: draft.request,
            site: draft.target.site,
            acting_identity: draft.target.acting_identity,
            hash: draft.hash,
            author: draft.author.to_string(),
            created_at: draft.created_at,
        }
    }
}

/// Who approved what, and when.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ApprovalView {
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

/// One write to Jira.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OperationView {
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
pub(super) struct EvidenceView {
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
pub(super) struct OperationDetailView {
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

/// An issue that a channel follows.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TrackedView {
    key: String,
    issue_id: Option<String>,
    summary: Option<String>,
    status: Option<String>,
    tracked_by: String,
    tracked_at: DateTime<Utc>,
    last_synced_at: Option<DateTime<Utc>>,
    /// Since when Jira does not show it any more.
    gone_since: Option<DateTime<Utc>>,
}

impl From<TrackedIssue> for TrackedView {
    fn from(issue: TrackedIssue) -> Self {
        Self {
            key: issue.key.to_string(),
            issue_id: issue.issue_id,
            summary: issue.last_summary,
            status: issue.last_status,
            tracked_by: issue.tracked_by.to_string(),
            tracked_at: issue.tracked_at,
            last_synced_at: issue.last_synced_at,
            gone_since: issue.gone_since,
        }
    }
}

/// A message to Slack.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MessageView {
    id: Uuid,
    #[schema(example = "slack_post")]
    kind: &'static str,
    #[schema(example = "delivered")]
    state: &'static str,
    subject: String,
    destination: String,
    text: Option<String>,
    attempts: i32,
    last_error: Option<String>,
    next_at: DateTime<Utc>,
    created_at: DateTime<Utc>,
    delivered_at: Option<DateTime<Utc>>,
}

impl From<OutboxMessage> for MessageView {
    fn from(message: OutboxMessage) -> Self {
        Self {
            id: message.id.0,
            kind: message.message.kind(),
            state: message.state.as_str(),
            subject: message.subject,
            destination: message.destination,
            text: text(&message.message),
            attempts: message.attempts,
            last_error: message.last_error,
            next_at: message.next_at,
            created_at: message.created_at,
            delivered_at: message.delivered_at,
        }
    }
}

fn text(message: &Message) -> Option<String> {
    match message {
        Message::SlackPost { text, .. }
        | Message::SlackUpdatePreview { text, .. }
        | Message::SlackEphemeral { text, .. }
        | Message::SlackWebhook { text, .. } => Some(text.clone()),
        Message::SlackRespond { body, .. } => body["text"].as_str().map(str::to_owned),
    }
}

/// A delivery that could not be handled.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DeliveryView {
    id: String,
    #[schema(example = "slack_event")]
    kind: &'static str,
    attempts: i32,
    last_error: Option<String>,
    received_at: DateTime<Utc>,
}

impl From<DeadDelivery> for DeliveryView {
    fn from(delivery: DeadDelivery) -> Self {
        Self {
            id: delivery.id,
            kind: delivery.kind.as_str(),
            attempts: delivery.attempts,
            last_error: delivery.last_error,
            received_at: delivery.received_at,
        }
    }
}

/// One entry of the audit log.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AuditView {
    seq: i64,
    at: DateTime<Utc>,
    actor: String,
    #[schema(example = "operation.confirmed")]
    action: String,
    subject: String,
    #[schema(value_type = Object)]
    details: Value,
    previous: String,
    hash: String,
}

impl From<AuditEntry> for AuditView {
    fn from(entry: AuditEntry) -> Self {
        Self {
            seq: entry.seq,
            at: entry.at,
            actor: entry.actor,
            action: entry.action,
            subject: entry.subject,
            details: entry.details,
            previous: entry.previous,
            hash: entry.hash,
        }
    }
}
