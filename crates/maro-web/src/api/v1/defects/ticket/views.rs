//! The ticket of a defect, as the API shows it.

use chrono::{DateTime, Utc};
use maro_app::model::{FindingLink, TicketProblem};
use serde::Serialize;
use utoipa::ToSchema;

/// The Jira ticket of a defect, or what stands in its way.
#[derive(Serialize, ToSchema)]
pub(in crate::api::v1) struct TicketView {
    /// `wanted`, `creating`, `linked`, `parked`, `gone` or `unlinked`.
    #[schema(example = "linked")]
    state: &'static str,
    /// Counts the tickets that were wanted for this defect.
    generation: i32,
    /// Who wants it: a person, a token or a rule.
    #[schema(example = "rule:nightly")]
    wanted_by: String,
    /// The project that it is made in; absent where an existing ticket was linked.
    project: Option<String>,
    issue_type: Option<String>,
    /// Why it does not go on.
    reason: Option<String>,
    /// The fields that stand in the way.
    problems: Vec<ProblemView>,
    /// Jira's immutable number.
    jira_id: Option<String>,
    jira_key: Option<String>,
    jira_url: Option<String>,
    jira_status: Option<String>,
    /// Why the two statuses are not kept in step at the moment.
    paused: Option<String>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// What is wrong with one field of a ticket.
#[derive(Serialize, ToSchema)]
struct ProblemView {
    /// Jira's id of the field.
    #[schema(example = "customfield_10050")]
    field: String,
    /// What people call it.
    name: String,
    message: String,
}

impl From<FindingLink> for TicketView {
    fn from(link: FindingLink) -> Self {
        let (project, issue_type) = link
            .plan
            .map(|plan| (plan.project, plan.issue_type))
            .unzip();
        Self {
            state: link.state.as_str(),
            generation: link.generation,
            wanted_by: link.wanted_by.to_string(),
            project,
            issue_type,
            reason: link.reason,
            problems: link.problems.into_iter().map(Into::into).collect(),
            jira_id: link.jira_id,
            jira_key: link.jira_key,
            jira_url: link.jira_url,
            jira_status: link.jira_status,
            paused: link.paused_reason,
            created_at: link.created_at,
            updated_at: link.updated_at,
        }
    }
}

impl From<TicketProblem> for ProblemView {
    fn from(problem: TicketProblem) -> Self {
        Self {
            field: problem.field,
            name: problem.name,
            message: problem.message,
        }
    }
}
