//! A draft, and the exact request that it stands for.

use chrono::{DateTime, Utc};
use maro_app::model::{Draft, DraftContent};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

/// The fields of a draft.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct ContentView {
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
pub(in crate::api) struct DraftView {
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
