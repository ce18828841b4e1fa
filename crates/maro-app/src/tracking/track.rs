//! `/maro track KEY…`: Jira is asked, then the channel follows.

use maro_core::actor::Actor;
use maro_core::ids::ChannelRef;
use maro_core::issue_key::IssueKey;
use maro_core::tracking::{self as words, TrackedIssue};
use maro_store::{StoreError, tracked};
use serde_json::json;

use super::read::{ReadError, read_issue};
use crate::App;
use crate::audit::record;
use crate::happening::Happening;

/// What came of one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TrackAnswer {
    /// The channel follows it from now on.
    Tracked(TrackedIssue),
    /// It did so before.
    AlreadyTracked(IssueKey),
    /// Jira does not know the issue.
    NotFound(IssueKey),
    /// Jira could not be asked; the sentence says why.
    Failed(IssueKey, String),
}

impl TrackAnswer {
    /// The sentence for the person who asked. `escape` is how the surface writes text from Jira.
    #[must_use]
    pub fn sentence(&self, escape: fn(&str) -> String) -> String {
        match self {
            Self::Tracked(issue) => {
                let summary = escape(issue.last_summary.as_deref().unwrap_or_default());
                format!("Now tracking {}: {summary}", issue.key)
            }
            Self::AlreadyTracked(key) => words::already_tracked(key),
            Self::NotFound(key) => words::not_found(key),
            Self::Failed(key, why) => format!("{key} could not be checked: {}", escape(why)),
        }
    }
}

/// Follows one issue in a channel.
pub async fn track(
    app: &App,
    channel: &ChannelRef,
    key: &IssueKey,
    by: &Actor,
) -> Result<TrackAnswer, StoreError> {
    if tracked::is_tracked(app.store(), channel, key).await? {
        return Ok(TrackAnswer::AlreadyTracked(key.clone()));
    }
    let seen = match read_issue(app, key).await {
        Ok(seen) => seen,
        Err(ReadError::NotFound) => return Ok(TrackAnswer::NotFound(key.clone())),
        Err(ReadError::Jira(why)) => return Ok(TrackAnswer::Failed(key.clone(), why)),
    };
    let issue = TrackedIssue {
        channel: channel.clone(),
        tracked_by: by.clone(),
        ..seen
    };
    let tx = app.store().begin().await?;
    if !tracked::track(&tx, &issue).await? {
        return Ok(TrackAnswer::AlreadyTracked(issue.key));
    }
    record(
        app,
        &tx,
        by,
        "issue.tracked",
        channel,
        json!({ "issue": issue.key }),
    )
    .await?;
    tx.commit().await?;
    app.announce(Happening::Tracking);
    Ok(TrackAnswer::Tracked(issue))
}
