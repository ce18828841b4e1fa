//! Issues that may have changed: noted once however many events say so, then read back from Jira.
//!
//! What an event says is never stored. Events come late, twice and out of order; what Jira answers
//! now is what counts.

use chrono::TimeDelta;
use maro_atlassian::JiraError;
use maro_atlassian::rest::JiraClient;
use maro_core::outbox::back_off;
use maro_store::jira_changes::{self, Change};
use maro_store::{StoreError, tracked_state};

use super::ask::ask;
use super::news::{self, Read};
use crate::App;

/// Events of one burst come within this time; they are answered by one reading.
const BURST: TimeDelta = TimeDelta::milliseconds(300);

/// An issue that an event names.
pub(crate) struct Named<'a> {
    /// Jira's number for it.
    pub(crate) id: &'a str,
    /// Its key, as the event has it.
    pub(crate) key: &'a str,
    /// Whether the event says that it was deleted.
    pub(crate) deleted: bool,
}

/// Notes that an issue may have changed, if some channel follows it.
pub(crate) async fn note_change(app: &App, issue: Named<'_>) -> Result<(), StoreError> {
    let store = app.store();
    if !tracked_state::is_followed(store, issue.id, issue.key).await? {
        return Ok(());
    }
    jira_changes::note(store, issue.id, issue.deleted, app.now() + BURST).await?;
    app.wakeups().changes();
    Ok(())
}

/// Reads the issues of claimed hints and stores what Jira says.
pub(crate) async fn read_changes(app: &App, changes: Vec<Change>) -> Result<(), StoreError> {
    let Some(jira) = app.jira() else {
        return later(app, &changes, None).await;
    };
    let patience = app.settings().timings.work_lease * 3 / 4;
    match tokio::time::timeout(patience, read(jira.rest(), &changes)).await {
        Ok(Ok((read, left))) => keep(app, changes, read, &left).await,
        Ok(Err(err)) => later(app, &changes, Some(&err)).await,
        Err(_) => later(app, &changes, None).await,
    }
}

async fn read(jira: &JiraClient, changes: &[Change]) -> Result<(Read, Vec<String>), JiraError> {
    let names = |alone| -> Vec<String> {
        let chosen = changes.iter().filter(|change| change.alone == alone);
        chosen.map(|change| change.issue_id.clone()).collect()
    };
    let (mut read, mut left) = ask(jira, &names(false)).await?;
    for name in names(true) {
        let (more, missed) = ask(jira, &[name]).await?;
        read.issues.extend(more.issues);
        read.gone.extend(more.gone);
        left.extend(missed);
    }
    Ok((read, left))
}

async fn keep(
    app: &App,
    changes: Vec<Change>,
    mut read: Read,
    left: &[String],
) -> Result<(), StoreError> {
    let (missed, answered) = changes
        .into_iter()
        .partition(|change| left.contains(&change.issue_id));
    read.answered = answered;
    news::take(app, read).await?;
    later(app, &missed, None).await
}

/// Nothing is given up: polling would find the issue, but only if it can ask at all.
async fn later(app: &App, changes: &[Change], err: Option<&JiraError>) -> Result<(), StoreError> {
    if changes.is_empty() {
        return Ok(());
    }
    if let Some(err) = err {
        tracing::warn!(
            error = err as &(dyn std::error::Error + 'static),
            issues = changes.len(),
            "tracked issues could not be read; tried again"
        );
    }
    let asked_for = err.and_then(|err| asked_for(app, err));
    let tx = app.store().begin().await?;
    for change in changes {
        let attempts = i32::try_from(change.attempts).unwrap_or(i32::MAX);
        let wait = back_off(attempts, rand::random());
        let due = app.now() + asked_for.map_or(wait, |asked| asked.max(wait));
        jira_changes::postpone(&tx, change, change.alone, due).await?;
    }
    tx.commit().await
}

/// What Jira asks to wait; after a limit that does not say, a pause by chance.
fn asked_for(app: &App, err: &JiraError) -> Option<TimeDelta> {
    let asked = err.retry_after();
    let asked = asked.and_then(|wait| TimeDelta::from_std(wait).ok());
    let limited = matches!(err, JiraError::RateLimited(_));
    let unsaid = || app.settings().schedule.after_limit(rand::random());
    asked.or_else(|| limited.then(unsaid))
}
