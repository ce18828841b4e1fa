//! Defects as the API takes and shows them.

use axum::Json;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use maro_app::findings::{DefectDetail, SightingAnswer};
use maro_app::model::{Defect, DefectEvent, FindingKind, Severity, Sighting};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::ticket::TicketView;
use crate::api::query;
use crate::problem::Problem;

/// A defect, as somebody saw it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api::v1) struct SightingRequest {
    /// What is wrong, on one line.
    #[schema(example = "The caller is cut off after the second question")]
    title: String,
    /// `critical`, `high`, `medium` or `low`.
    #[schema(example = "high")]
    severity: String,
    /// What makes two reports one defect; made of source and title when it is absent.
    fingerprint: Option<String>,
    /// What is wrong, at length.
    #[serde(default)]
    description: String,
    /// How to see it.
    #[serde(default)]
    steps: String,
    /// What should happen.
    #[serde(default)]
    expected: String,
    /// What happens.
    #[serde(default)]
    actual: String,
    /// Who found it: a suite, a monitor, a tool.
    #[serde(default)]
    source: String,
}

impl SightingRequest {
    /// The finding of a kind that it is.
    pub(in crate::api::v1) fn into_sighting(self, kind: FindingKind) -> Result<Sighting, Problem> {
        let severity = query::word("severity", Some(&self.severity), Severity::parse)?;
        Ok(Sighting {
            kind,
            fingerprint: self.fingerprint,
            title: self.title,
            severity: severity.unwrap_or(Severity::Medium),
            description: self.description,
            steps: self.steps,
            expected: self.expected,
            actual: self.actual,
            source: self.source,
            run: None,
        })
    }
}

/// What a report of a defect is answered.
#[derive(Serialize, ToSchema)]
pub(in crate::api::v1) struct SightingView {
    id: Uuid,
    fingerprint: String,
    #[schema(example = "open")]
    status: String,
    /// How often it was seen so far.
    count: i64,
    /// Whether this was the first time.
    new: bool,
    /// Whether it had been settled and is open again.
    reopened: bool,
}

impl SightingView {
    /// 201 for what is new, 200 for what was counted.
    pub(in crate::api::v1) fn answered(answer: SightingAnswer) -> (StatusCode, Json<Self>) {
        let status = if answer.is_new {
            StatusCode::CREATED
        } else {
            StatusCode::OK
        };
        (status, Json(answer.into()))
    }
}

impl From<SightingAnswer> for SightingView {
    fn from(answer: SightingAnswer) -> Self {
        Self {
            id: answer.id.0,
            fingerprint: answer.fingerprint,
            status: answer.status,
            count: answer.count,
            new: answer.is_new,
            reopened: answer.reopened,
        }
    }
}

/// A defect.
#[derive(Serialize, ToSchema)]
pub(super) struct DefectView {
    id: Uuid,
    #[schema(example = "defect")]
    kind: &'static str,
    fingerprint: String,
    title: String,
    #[schema(example = "high")]
    severity: &'static str,
    #[schema(example = "open")]
    status: &'static str,
    status_since: DateTime<Utc>,
    description: String,
    steps: String,
    expected: String,
    actual: String,
    source: String,
    /// How often it was seen.
    count: i64,
    /// How often it was open again.
    regressions: i32,
    /// Whether its case is flaky: it failed and passed on one revision, or changes often.
    flaky: bool,
    first_seen: DateTime<Utc>,
    last_seen: DateTime<Utc>,
    /// The suite run that saw it last.
    last_run: Option<Uuid>,
    reporter: String,
    jira_issue_key: Option<String>,
    jira_issue_url: Option<String>,
    jira_status: Option<String>,
    /// Who takes care of it.
    #[schema(example = "slack:T1:U1")]
    assignee: Option<String>,
    /// Until when it is told no more.
    snoozed_until: Option<DateTime<Utc>>,
}

impl From<Defect> for DefectView {
    fn from(defect: Defect) -> Self {
        Self {
            id: defect.id.0,
            kind: defect.kind.as_str(),
            fingerprint: defect.fingerprint,
            title: defect.title,
            severity: defect.severity.as_str(),
            status: defect.status.as_str(),
            status_since: defect.status_since,
            description: defect.description,
            steps: defect.steps,
            expected: defect.expected,
            actual: defect.actual,
            source: defect.source,
            count: defect.count,
            regressions: defect.regressions,
            flaky: defect.flaky,
            first_seen: defect.first_seen,
            last_seen: defect.last_seen,
            last_run: defect.last_run.map(|run| run.0),
            reporter: defect.reporter.to_string(),
            jira_issue_key: defect.jira_issue_key,
            jira_issue_url: defect.jira_issue_url,
            jira_status: defect.jira_status,
            assignee: defect.assignee.map(|assignee| assignee.to_string()),
            snoozed_until: defect.snoozed_until,
        }
    }
}

/// A defect and what happened to it.
#[derive(Serialize, ToSchema)]
pub(super) struct DefectDetailView {
    #[serde(flatten)]
    defect: DefectView,
    /// The newest Jira ticket that was wanted for it.
    ticket: Option<TicketView>,
    /// What happened, newest first; the last 200 things.
    history: Vec<EventView>,
}

/// Something that happened to a defect.
#[derive(Serialize, ToSchema)]
struct EventView {
    at: DateTime<Utc>,
    /// The status that it has since.
    #[schema(example = "open")]
    status: &'static str,
    actor: String,
    /// The suite run that did it.
    run: Option<Uuid>,
    note: String,
}

impl From<DefectDetail> for DefectDetailView {
    fn from(detail: DefectDetail) -> Self {
        Self {
            defect: detail.defect.into(),
            ticket: detail.tickets.into_iter().next().map(Into::into),
            history: detail.history.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<DefectEvent> for EventView {
    fn from(event: DefectEvent) -> Self {
        Self {
            at: event.at,
            status: event.status.as_str(),
            actor: event.actor.to_string(),
            run: event.run.map(|run| run.0),
            note: event.note,
        }
    }
}
