//! An issue that a channel follows.

use chrono::{DateTime, Utc};
use maro_app::model::TrackedIssue;
use serde::Serialize;
use utoipa::ToSchema;

/// An issue that a channel follows.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct TrackedView {
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
