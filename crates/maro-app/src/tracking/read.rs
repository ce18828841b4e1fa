//! Reading an issue from Jira before it is tracked or linked.

use maro_atlassian::JiraError;
use maro_atlassian::sentences::{NOT_CONFIGURED, with_next_step};
use maro_core::actor::Actor;
use maro_core::ids::ChannelRef;
use maro_core::issue_key::IssueKey;
use maro_core::tracking::TrackedIssue;

use crate::App;

/// Why an issue could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// Jira does not know it, or does not show it to us.
    #[error("not found in Jira")]
    NotFound,
    /// Jira did not answer; the sentence says what to do.
    #[error("{0}")]
    Jira(String),
}

/// Reads an issue as something to track; channel and person are the caller's to fill in.
pub async fn read_issue(app: &App, key: &IssueKey) -> Result<TrackedIssue, ReadError> {
    let jira = app
        .jira()
        .ok_or_else(|| ReadError::Jira(NOT_CONFIGURED.into()))?;
    let issue = jira
        .issue(key.as_str(), &["summary", "status"], &[])
        .await
        .map_err(|err| match err {
            JiraError::NotFound => ReadError::NotFound,
            err => ReadError::Jira(with_next_step(&err.to_string(), err.next_step())),
        })?;
    Ok(TrackedIssue {
        channel: ChannelRef {
            team: String::new(),
            channel: String::new(),
        },
        key: issue.key,
        issue_id: Some(issue.id),
        tracked_by: Actor::System,
        tracked_at: app.now(),
        last_synced_at: Some(app.now()),
        last_status: issue.status.map(|status| status.name),
        last_summary: Some(issue.summary),
        gone_since: None,
    })
}
