//! Listing what a channel follows, with what Jira says now.
//!
//! Jira gets a moment; when it does not answer in it, the list shows what was last seen.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::future::join_all;
use maro_atlassian::JiraError;
use maro_atlassian::rest::{Issue, JqlSearch};
use maro_core::ids::ChannelRef;
use maro_core::issue_key::IssueKey;
use maro_core::tracking::TrackedIssue;
use maro_store::{StoreError, tracked};

use super::news::{self, FIELDS};
use crate::App;
use crate::connections::Jira;

const PATIENCE: Duration = Duration::from_millis(1_500);
/// Keys in one query; longer ones run into Jira's limits.
const MOST_KEYS: usize = 100;
/// Issues that the search index does not show yet are read one by one.
const MOST_SINGLE: usize = 5;

/// Lists what a channel follows, by key, read anew where Jira answers in time.
pub async fn list_refreshed(
    app: &App,
    channel: &ChannelRef,
) -> Result<Vec<TrackedIssue>, StoreError> {
    let mut issues = tracked::list(app.store(), channel).await?;
    let keys: Vec<IssueKey> = issues
        .iter()
        .take(MOST_KEYS)
        .map(|issue| issue.key.clone())
        .collect();
    let (Some(jira), false) = (app.jira(), keys.is_empty()) else {
        return Ok(issues);
    };
    let Ok(Ok(fresh)) = tokio::time::timeout(PATIENCE, read(&jira, &keys)).await else {
        return Ok(issues);
    };
    for issue in &mut issues {
        if let Some(now) = fresh.get(&issue.key) {
            issue.last_summary = Some(now.summary.clone());
            issue.last_status = now.status.as_ref().map(|status| status.name.clone());
        }
    }
    remember(app, fresh).await?;
    Ok(issues)
}

async fn read(jira: &Jira, keys: &[IssueKey]) -> Result<BTreeMap<IssueKey, Issue>, JiraError> {
    let quoted: Vec<String> = keys.iter().map(|key| format!("\"{key}\"")).collect();
    let jql = format!("key in ({})", quoted.join(", "));
    let search = JqlSearch {
        jql: &jql,
        fields: FIELDS,
        properties: &[],
        page_size: 100,
        max_pages: 1,
    };
    // One key that Jira does not know fails the whole query; then the single reads must do.
    let found = match jira.search_jql(search).await {
        Ok(found) => found,
        Err(JiraError::Rejected(_)) => Vec::new(),
        Err(err) => return Err(err),
    };
    let mut fresh: BTreeMap<IssueKey, Issue> = found
        .into_iter()
        .map(|issue| (issue.key.clone(), issue))
        .collect();
    let missing = keys
        .iter()
        .filter(|key| !fresh.contains_key(*key))
        .take(MOST_SINGLE);
    let single = join_all(missing.map(|key| jira.issue(key.as_str(), FIELDS, &[]))).await;
    for issue in single.into_iter().flatten() {
        fresh.insert(issue.key.clone(), issue);
    }
    Ok(fresh)
}

async fn remember(app: &App, fresh: BTreeMap<IssueKey, Issue>) -> Result<(), StoreError> {
    let read = news::Read {
        issues: fresh.into_values().collect(),
        ..news::Read::default()
    };
    news::take(app, read).await.map(drop)
}
