//! Tracked issues: which issues a channel follows, and the sentences that say so.

use chrono::{DateTime, Utc};

use crate::actor::Actor;
use crate::ids::ChannelRef;
use crate::issue_key::IssueKey;

/// An issue that a channel follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrackedIssue {
    /// The channel.
    pub channel: ChannelRef,
    /// The key; display data, since issues move.
    pub key: IssueKey,
    /// Jira's immutable id, where it is known.
    pub issue_id: Option<String>,
    /// Who began to track it.
    pub tracked_by: Actor,
    /// When.
    pub tracked_at: DateTime<Utc>,
    /// When Jira was last asked.
    pub last_synced_at: Option<DateTime<Utc>>,
    /// The status that was last seen.
    pub last_status: Option<String>,
    /// The summary that was last seen.
    pub last_summary: Option<String>,
    /// Since when Jira does not show it any more: it was deleted, or Maro may not see it.
    pub gone_since: Option<DateTime<Utc>>,
}

/// "SCRUM-999 not found in Jira".
#[must_use]
pub fn not_found(key: &IssueKey) -> String {
    format!("{key} not found in Jira")
}

/// "SCRUM-123 is already tracked in this channel".
#[must_use]
pub fn already_tracked(key: &IssueKey) -> String {
    format!("{key} is already tracked in this channel")
}

/// "SCRUM-123 is not tracked in this channel".
#[must_use]
pub fn not_tracked(key: &IssueKey) -> String {
    format!("{key} is not tracked in this channel")
}

/// The status as people read it, also when Jira does not show the issue any more.
#[must_use]
pub fn shown_status(issue: &TrackedIssue) -> String {
    let status = issue.last_status.as_deref().unwrap_or("unknown");
    match issue.gone_since {
        Some(_) => format!("deleted in Jira or hidden from Maro; was {status}"),
        None => status.to_owned(),
    }
}

/// The answer to `/maro tracked`. `escape` is how the surface writes text that came from Jira.
#[must_use]
pub fn list_answer(
    channel_name: &str,
    issues: &[TrackedIssue],
    escape: fn(&str) -> String,
) -> String {
    if issues.is_empty() {
        return format!(
            "No Jira issues are tracked in #{channel_name}. Track one with `/maro track KEY`."
        );
    }
    let mut lines = vec![format!("Tracked Jira issues in #{channel_name}:")];
    lines.extend(issues.iter().map(|issue| {
        let summary = escape(issue.last_summary.as_deref().unwrap_or("not read yet"));
        let status = escape(&shown_status(issue));
        format!("• {}: {summary} ({status})", issue.key)
    }));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_has_one_line_per_issue() {
        let issue = TrackedIssue {
            channel: ChannelRef {
                team: "T1".into(),
                channel: "C1".into(),
            },
            key: "SCRUM-123".parse().unwrap(),
            issue_id: None,
            tracked_by: Actor::System,
            tracked_at: DateTime::UNIX_EPOCH,
            last_synced_at: None,
            last_status: Some("Open".into()),
            last_summary: Some("User authentication flow".into()),
            gone_since: None,
        };
        insta::assert_snapshot!(list_answer("channel-name", &[issue], str::to_owned), @r"
        Tracked Jira issues in #channel-name:
        • SCRUM-123: User authentication flow (Open)
        ");
    }
}
