//! What Jira says of issues goes to the channels that follow them, from wherever it was read.

use maro_atlassian::rest::Issue;
use maro_store::jira_changes::{self, Change};
use maro_store::tracked_state::{self, Seen};
use maro_store::{StoreError, Tx};

use crate::App;
use crate::happening::Happening;
use crate::notices;
use crate::sync::{issue_gone, issue_read};

/// The fields that news is made of.
pub(super) const FIELDS: &[&str] = &["summary", "status", "resolution", "updated"];

/// What one reading of several issues found.
#[derive(Debug, Default)]
pub(super) struct Read {
    /// What Jira said.
    pub(super) issues: Vec<Issue>,
    /// Numbers or keys of what Jira does not show.
    pub(super) gone: Vec<String>,
    /// The hints that are answered by this.
    pub(super) answered: Vec<Change>,
}

/// Stores what was read, and tells open pages if people see a difference.
pub(super) async fn take(app: &App, mut read: Read) -> Result<bool, StoreError> {
    // In one order everywhere, so that two readings do not block each other.
    read.issues.sort_by(|a, b| a.id.cmp(&b.id));
    read.gone.sort();
    // In transactions of their own, before the hints are settled: what a crash cuts off is read again.
    for issue in &read.issues {
        issue_read(app, issue).await?;
    }
    for issue in &read.gone {
        issue_gone(app, issue).await?;
    }
    let tx = app.store().begin().await?;
    let mut differs = false;
    for issue in &read.issues {
        differs |= apply(app, &tx, &seen(issue)).await?;
    }
    for issue in &read.gone {
        differs |= mark_gone(app, &tx, issue).await?;
    }
    let mut again = false;
    for change in &read.answered {
        again |= !jira_changes::settle(&tx, change).await?;
    }
    tx.commit().await?;
    if differs {
        app.wakeups().outbox();
        app.announce(Happening::Tracking);
    }
    if again {
        app.wakeups().changes();
    }
    Ok(differs)
}

async fn apply(app: &App, tx: &Tx, seen: &Seen) -> Result<bool, StoreError> {
    let before = notices::known_before(app, tx, &seen.id, seen.key.as_str()).await?;
    let differs = tracked_state::apply(tx, seen, app.now()).await?;
    if let (true, Some(before)) = (differs, before) {
        notices::issue_changed(app, tx, &before, seen).await?;
    }
    Ok(differs)
}

async fn mark_gone(app: &App, tx: &Tx, issue: &str) -> Result<bool, StoreError> {
    let before = notices::known_before(app, tx, issue, issue).await?;
    let is_new = tracked_state::mark_gone(tx, issue, app.now()).await?;
    if let (true, Some(before)) = (is_new, before) {
        notices::issue_gone(app, tx, &before).await?;
    }
    if is_new {
        tracing::info!(issue, "Jira no longer shows a tracked issue");
    }
    Ok(is_new)
}

fn seen(issue: &Issue) -> Seen {
    let status = issue.status.as_ref();
    Seen {
        id: issue.id.clone(),
        key: issue.key.clone(),
        status: status.map_or_else(String::new, |status| status.name.clone()),
        summary: issue.summary.clone(),
        updated: issue.updated,
    }
}
