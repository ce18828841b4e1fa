//! Polling: what changed in Jira since the last look, for everybody whom no webhook reaches, and as
//! the net below the webhooks that got lost.
//!
//! The time is given to Jira as a period (`-5m`): a date in JQL is read in the time zone of an
//! account, and our clock may differ from Jira's. The period reaches back over the last poll, because
//! Jira's index lags behind its writes.

use std::collections::{BTreeSet, HashSet};

use chrono::TimeDelta;
use maro_atlassian::JiraError;
use maro_atlassian::rest::{Issue, JiraClient, JqlSearch};
use maro_store::jira_inbound::Inbound;
use maro_store::tracked_state::{self, Followed};
use maro_store::{StoreError, jira_inbound};

use super::ask::ask;
use super::news::{self, FIELDS, Read};
use crate::App;

/// How far each poll reaches back over the one before.
const OVERLAP: TimeDelta = TimeDelta::minutes(2);
/// Where the first poll begins.
const FIRST: TimeDelta = TimeDelta::hours(1);
/// Further back nothing is searched; each issue is read anew in its turn.
const LONGEST: TimeDelta = TimeDelta::days(14);
/// Projects in one query; more make it longer than Jira takes.
const MOST_PROJECTS: usize = 100;
const PAGE: u32 = 100;
const MOST_PAGES: usize = 50;
/// An issue that nothing was heard of for so long is read by itself: only so is it noticed that it
/// moved out of every project we know, or is gone.
const STALE: TimeDelta = TimeDelta::hours(6);
/// How many of these are read with one poll.
const STALE_AT_ONCE: u64 = 100;

/// Why a poll was not completed. The next one covers its time, too.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PollError {
    /// Jira did not answer.
    #[error("Jira could not be asked what changed")]
    Jira(#[source] JiraError),
    /// The database failed.
    #[error("what Jira said could not be stored")]
    Store(#[from] StoreError),
}

/// Looks once. The caller sees to it that one instance does.
pub(crate) async fn poll(app: &App) -> Result<(), PollError> {
    let Some(jira) = app.jira() else {
        return Ok(());
    };
    let jira = jira.rest();
    let began = app.now();
    let site = jira.site().as_str();
    let known = known(app, site).await?;
    let since = known.polled_at.unwrap_or(began - FIRST);
    let followed = tracked_state::followed(app.store()).await?;
    let issues = changed(jira, &projects(&followed), period(began - since))
        .await
        .map_err(PollError::Jira)?;
    let issues = only_followed(issues, &followed);
    let (old, new) = issues
        .into_iter()
        .partition(|issue| issue.updated.is_some_and(|at| at < began - OVERLAP));
    let was_untold = take(app, old).await?;
    take(app, new).await?;
    if was_untold && known.last_webhook_at.is_some() {
        // Whoever relies on webhooks that get lost polls too seldom.
        tracing::info!("a poll found a change that no webhook told of");
        jira_inbound::forget_webhooks(app.store()).await?;
    }
    jira_inbound::mark_polled(app.store(), site, began).await?;
    look_after_stale(app, jira).await
}

async fn take(app: &App, issues: Vec<Issue>) -> Result<bool, StoreError> {
    let read = Read {
        issues,
        ..Read::default()
    };
    news::take(app, read).await
}

/// How far the last poll came. Another site begins anew, and so do the numbers of issues.
async fn known(app: &App, site: &str) -> Result<Inbound, StoreError> {
    let known = jira_inbound::load(app.store()).await?;
    if known.site == site {
        return Ok(known);
    }
    let tx = app.store().begin().await?;
    jira_inbound::change_site(&tx, site).await?;
    if !known.site.is_empty() {
        tracked_state::forget_site(&tx).await?;
    }
    tx.commit().await?;
    jira_inbound::load(app.store()).await
}

/// In whole minutes, which is as exact as JQL is, rounded up.
fn period(since: TimeDelta) -> i64 {
    let longest = LONGEST.num_minutes();
    (since + OVERLAP)
        .num_minutes()
        .saturating_add(1)
        .clamp(1, longest)
}

fn projects(followed: &[Followed]) -> Vec<String> {
    let projects: BTreeSet<&str> = followed.iter().map(|issue| issue.key.project()).collect();
    projects.into_iter().map(str::to_owned).collect()
}

/// The issues of these projects that changed in the last `minutes`.
async fn changed(
    jira: &JiraClient,
    projects: &[String],
    minutes: i64,
) -> Result<Vec<Issue>, JiraError> {
    let mut found = Vec::new();
    for some in projects.chunks(MOST_PROJECTS) {
        match search(jira, some, minutes).await {
            Ok(issues) => found.extend(issues),
            // One project that Jira does not show fails the query for all of them.
            Err(JiraError::Rejected(_)) if some.len() > 1 => {
                for project in some {
                    match search(jira, std::slice::from_ref(project), minutes).await {
                        Ok(issues) => found.extend(issues),
                        Err(JiraError::Rejected(_)) => {}
                        Err(err) => return Err(err),
                    }
                }
            }
            Err(JiraError::Rejected(_)) => {}
            Err(err) => return Err(err),
        }
    }
    Ok(found)
}

/// Newest first: an issue that changes while the pages are read then comes twice instead of pushing
/// another one off its page.
async fn search(
    jira: &JiraClient,
    projects: &[String],
    minutes: i64,
) -> Result<Vec<Issue>, JiraError> {
    let projects = projects.join("\", \"");
    let jql =
        format!("project in (\"{projects}\") AND updated >= -{minutes}m ORDER BY updated DESC");
    let search = JqlSearch {
        jql: &jql,
        fields: FIELDS,
        properties: &[],
        page_size: PAGE,
        max_pages: MOST_PAGES,
    };
    jira.search_jql(search).await
}

fn only_followed(issues: Vec<Issue>, followed: &[Followed]) -> Vec<Issue> {
    let names: HashSet<&str> = followed.iter().map(Followed::name).collect();
    let mut issues = issues;
    issues.retain(|issue| names.contains(issue.id.as_str()) || names.contains(issue.key.as_str()));
    issues
}

/// Reads some of the issues that nothing was heard of for long.
async fn look_after_stale(app: &App, jira: &JiraClient) -> Result<(), PollError> {
    let before = app.now() - STALE;
    let stale = tracked_state::stalest(app.store(), before, STALE_AT_ONCE).await?;
    let mut names: Vec<String> = stale.iter().map(|issue| issue.name().to_owned()).collect();
    names.extend(tracked_state::stale_tickets(app.store(), before, STALE_AT_ONCE).await?);
    if names.is_empty() {
        return Ok(());
    }
    let (read, _) = ask(jira, &names).await.map_err(PollError::Jira)?;
    news::take(app, read).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_reaches_back_over_the_last_poll() {
        assert_eq!(period(TimeDelta::seconds(0)), 3);
        assert_eq!(period(TimeDelta::seconds(61)), 4);
        assert_eq!(period(TimeDelta::days(400)), 14 * 24 * 60);
        assert_eq!(period(TimeDelta::days(-400)), 1, "clocks were set back");
    }
}
