//! The webhook that Maro registers by itself when it is connected by OAuth: of the projects with
//! tracked issues, renewed long before it ends, registered anew when it is lost.
//!
//! Jira is the only record of what is registered. An answer that got lost therefore costs nothing:
//! the next look finds the webhook.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use maro_atlassian::JiraError;
use maro_atlassian::rest::{DynamicWebhook, JiraClient, NewWebhook};
use maro_store::{StoreError, tracked_state};
use url::Url;

use crate::App;
use crate::inbound::webhook_address;

const EVENTS: &[&str] = &[
    "jira:issue_created",
    "jira:issue_updated",
    "jira:issue_deleted",
];
/// A webhook lives for thirty days; it is renewed when less than this is left.
const RENEW: TimeDelta = TimeDelta::days(20);
/// Deleting must not keep a person waiting who disconnects.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(5);

/// The webhook that there should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wanted {
    address: Url,
    jql: String,
}

/// What should be registered now. `None`: nothing may be, or nobody would be told.
pub(crate) async fn wanted_webhook(app: &App) -> Result<Option<Wanted>, StoreError> {
    let (Some(_), Some(address)) = (app.granted_road(), webhook_address(app)) else {
        return Ok(None);
    };
    let followed = tracked_state::followed(app.store()).await?;
    let projects: BTreeSet<&str> = followed.iter().map(|issue| issue.key.project()).collect();
    if projects.is_empty() {
        return Ok(None);
    }
    let projects: Vec<&str> = projects.into_iter().collect();
    let jql = format!("project in (\"{}\")", projects.join("\", \""));
    Ok(Some(Wanted { address, jql }))
}

/// Sees to it that Jira has this webhook and no older one of ours.
pub(crate) async fn keep_registered(app: &App, wanted: &Wanted) -> Result<(), JiraError> {
    let Some(jira) = app.jira() else {
        return Ok(());
    };
    let jira = jira.rest();
    let found = jira.webhooks().await?;
    let (elsewhere, here): (Vec<_>, Vec<_>) = found.into_iter().partition(|hook| {
        hook.url
            .as_deref()
            .is_some_and(|url| url != wanted.address.as_str())
    });
    // Jira takes one address per app, so those of another one go first.
    delete(jira, &elsewhere).await?;
    let (mut right, wrong): (Vec<_>, Vec<_>) =
        here.into_iter().partition(|hook| is_right(hook, wanted));
    let extra = right.split_off(right.len().min(1));
    match right.first() {
        Some(hook) => renew(app, jira, hook).await?,
        None => register(jira, wanted).await?,
    }
    delete(jira, &wrong).await?;
    delete(jira, &extra).await
}

/// Takes every webhook of ours back, before the connection ends. It is no matter if that fails: what
/// Jira delivers then is refused, and it ends by itself.
pub(crate) async fn unregister(app: &App) {
    let (Some(_), Some(jira)) = (app.granted_road(), app.jira()) else {
        return;
    };
    let work = async { delete(jira.rest(), &jira.rest().webhooks().await?).await };
    match tokio::time::timeout(PATIENCE, work).await {
        Ok(Ok(())) => {}
        Ok(Err(err)) => tracing::warn!(
            error = &err as &(dyn std::error::Error + 'static),
            "Maro's webhooks were not taken back from Jira; they end within 30 days"
        ),
        Err(_) => tracing::warn!("Maro's webhooks were not taken back from Jira in time"),
    }
}

fn is_right(hook: &DynamicWebhook, wanted: &Wanted) -> bool {
    let registered: BTreeSet<&str> = hook.events.iter().map(String::as_str).collect();
    hook.jql_filter == wanted.jql && registered == EVENTS.iter().copied().collect()
}

async fn renew(app: &App, jira: &JiraClient, hook: &DynamicWebhook) -> Result<(), JiraError> {
    if is_to_be_renewed(hook.expiration_date, app.now()) {
        jira.refresh_webhooks(&[hook.id]).await?;
        tracing::info!(webhook = hook.id, "renewed the webhook at Jira");
    }
    Ok(())
}

/// One that does not say when it ends is renewed, too.
fn is_to_be_renewed(end: Option<DateTime<Utc>>, now: DateTime<Utc>) -> bool {
    end.is_none_or(|end| end - now < RENEW)
}

async fn register(jira: &JiraClient, wanted: &Wanted) -> Result<(), JiraError> {
    let id = jira
        .register_webhook(NewWebhook {
            url: &wanted.address,
            events: EVENTS,
            jql: &wanted.jql,
        })
        .await?;
    tracing::info!(webhook = id, "registered a webhook at Jira");
    Ok(())
}

async fn delete(jira: &JiraClient, hooks: &[DynamicWebhook]) -> Result<(), JiraError> {
    if hooks.is_empty() {
        return Ok(());
    }
    let ids: Vec<u64> = hooks.iter().map(|hook| hook.id).collect();
    jira.delete_webhooks(&ids).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_webhook_is_renewed_long_before_it_ends() {
        let now = DateTime::UNIX_EPOCH;
        let ends_in = |days| Some(now + TimeDelta::days(days));
        assert!(!is_to_be_renewed(ends_in(30), now));
        assert!(is_to_be_renewed(ends_in(19), now));
        assert!(is_to_be_renewed(ends_in(-1), now));
        assert!(is_to_be_renewed(None, now));
    }
}
