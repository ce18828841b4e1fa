//! Dynamic webhooks: what apps registered, and which changes they are told.
//!
//! They live for 30 days of the sandbox's clock, or what the settings say, unless they are refreshed.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{Route, field_id};
use crate::jira::changes::By;
use crate::jira::http::ApiVersion;
use crate::jira::jql::{self, Context, Query};
use crate::jira::model::{Change, Issue};
use crate::jira::state::JiraState;

/// How many an app can have per person and site.
pub(crate) const MOST: usize = 5;

/// The events that an app can register for. Sprints and versions do not exist on this site, so
/// nothing is ever said about them.
pub(crate) const EVENTS: [&str; 18] = [
    "jira:issue_created",
    "jira:issue_updated",
    "jira:issue_deleted",
    "comment_created",
    "comment_updated",
    "comment_deleted",
    "sprint_created",
    "sprint_updated",
    "sprint_closed",
    "sprint_deleted",
    "sprint_started",
    "jira:version_released",
    "jira:version_unreleased",
    "jira:version_created",
    "jira:version_moved",
    "jira:version_updated",
    "jira:version_merged",
    "jira:version_deleted",
];

/// A webhook that an app registered.
#[derive(Debug, Clone)]
pub(crate) struct DynamicHook {
    pub(crate) id: u64,
    pub(crate) account: &'static str,
    pub(crate) url: String,
    pub(crate) events: Vec<String>,
    pub(crate) jql: String,
    pub(crate) query: Query,
    pub(crate) field_ids: Option<Vec<String>>,
    pub(crate) expires: DateTime<Utc>,
}

impl DynamicHook {
    /// As the API and the page show it.
    pub(crate) fn view(&self) -> Value {
        let mut value = json!({
            "id": self.id,
            "url": self.url,
            "jqlFilter": self.jql,
            "events": self.events,
            "expirationDate": self.expires.timestamp_millis(),
        });
        if let Some(ids) = &self.field_ids {
            value["fieldIdsFilter"] = json!(ids);
        }
        value
    }
}

/// The routes of the webhooks that a change matches: one per address and account.
pub(super) fn matching(
    jira: &JiraState,
    by: By,
    issue: &Issue,
    event: &str,
    changes: &[Change],
) -> Vec<Route> {
    let mut found: BTreeMap<(&str, &'static str), Vec<u64>> = BTreeMap::new();
    for hook in &jira.hooks {
        if wants(hook, by.now, event, changes) && selects(jira, hook, by.now, issue) {
            found
                .entry((&hook.url, hook.account))
                .or_default()
                .push(hook.id);
        }
    }
    found
        .into_iter()
        .map(|((url, account), ids)| Route::Dynamic {
            url: url.to_owned(),
            account,
            ids,
        })
        .collect()
}

fn wants(hook: &DynamicHook, now: DateTime<Utc>, event: &str, changes: &[Change]) -> bool {
    let filtered = event == "jira:issue_updated";
    let of_fields = match &hook.field_ids {
        Some(ids) if filtered => changes.iter().any(|change| ids.contains(&field_id(change))),
        _ => true,
    };
    hook.expires > now && hook.events.iter().any(|known| known == event) && of_fields
}

fn selects(jira: &JiraState, hook: &DynamicHook, now: DateTime<Utc>, issue: &Issue) -> bool {
    let context = Context {
        jira,
        viewer: hook.account,
        version: ApiVersion::V3,
        now,
    };
    !jql::run(&hook.query, vec![issue.clone()], context).is_empty()
}
