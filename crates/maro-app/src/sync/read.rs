//! From an issue to its defects: what was read of it, or that Jira does not show it any more.
//!
//! Each link has a transaction of its own, since several findings may stand behind one issue and
//! reports lock findings in an order of their own. All of it may be done again after a crash.

use maro_atlassian::rest::Issue;
use maro_core::findings::CardSubject;
use maro_core::ids::DefectId;
use maro_core::sync::{Reading, inbound};
use maro_store::finding_links::{self, FindingLink};
use maro_store::{StoreError, defects};
use serde_json::json;

use super::{linked, outcome, reading};
use crate::App;
use crate::audit::record;
use crate::findings::cards;
use crate::happening::Happening;

/// Takes what Jira says of an issue. Issues that no defect has are nothing new here.
pub(crate) async fn issue_read(app: &App, issue: &Issue) -> Result<(), StoreError> {
    let links = finding_links::of_issue(app.store(), &issue.id).await?;
    let read = reading(issue);
    let news: Vec<_> = links
        .into_iter()
        .filter(|link| is_news(link, &read))
        .collect();
    let Some(first) = news.first() else {
        return Ok(());
    };
    if first.jira_key.as_deref() != Some(&read.issue.key) {
        renamed(app, &read).await?;
    }
    let mut differs = false;
    for link in &news {
        differs |= take(app, link.defect, &read).await?;
    }
    if differs {
        app.wakeups().outbox();
        app.announce(Happening::Findings);
    }
    Ok(())
}

fn is_news(link: &FindingLink, read: &Reading) -> bool {
    link.jira_key.as_deref() != Some(&read.issue.key)
        || link.jira_updated != read.updated
        || link.jira_status.as_deref() != Some(&read.status)
        || link.jira_resolution != read.resolution
}

async fn take(app: &App, defect: DefectId, read: &Reading) -> Result<bool, StoreError> {
    let tx = app.store().begin().await?;
    let linked = linked::lock(&tx, defect).await?;
    let is_same = |id: &Option<String>| id.as_deref() == Some(&read.issue.id);
    let Some(linked) = linked.filter(|linked| is_same(&linked.row.jira_id)) else {
        return Ok(false);
    };
    let (rules, status) = (&app.settings().sync, linked.defect.status);
    let decided = inbound(rules, &linked.link, read, status, app.now());
    let differs = outcome::store(app, &tx, &linked, decided, read).await?;
    tx.commit().await?;
    Ok(differs)
}

/// The issue has another key: it was moved into another project.
async fn renamed(app: &App, read: &Reading) -> Result<(), StoreError> {
    let tx = app.store().begin().await?;
    let (key, now) = (&read.issue.key, app.now());
    let url = crate::links::issue(app, key);
    for id in finding_links::moved(&tx, &read.issue.id, key, &url, now).await? {
        if let Some(defect) = defects::find(&tx, id).await? {
            let note = format!("The issue was moved in Jira and is {key} now.");
            outcome::happened(app, &tx, id, defect.status, note).await?;
        }
        cards::refresh(app, &tx, &CardSubject::Defect(id), None).await?;
    }
    tx.commit().await?;
    app.wakeups().outbox();
    app.announce(Happening::Findings);
    Ok(())
}

/// Jira does not show an issue any more, by its number. A new ticket is a person's decision.
pub(crate) async fn issue_gone(app: &App, issue: &str) -> Result<(), StoreError> {
    if finding_links::of_issue(app.store(), issue)
        .await?
        .is_empty()
    {
        return Ok(());
    }
    let tx = app.store().begin().await?;
    let reason = "It was deleted in Jira, or Maro may not see it any more.";
    for link in finding_links::gone(&tx, issue, reason, app.now()).await? {
        let key = link.jira_key.unwrap_or_default();
        if let Some(defect) = defects::find(&tx, link.defect).await? {
            let note = format!("{key} was deleted in Jira, or Maro may not see it any more.");
            outcome::happened(app, &tx, link.defect, defect.status, note).await?;
        }
        cards::refresh(app, &tx, &CardSubject::Defect(link.defect), None).await?;
        let (system, details) = (maro_core::actor::Actor::System, json!({ "issue": key }));
        record(
            app,
            &tx,
            &system,
            "defect.ticket_gone",
            &link.defect,
            details,
        )
        .await?;
    }
    tx.commit().await?;
    app.wakeups().outbox();
    app.announce(Happening::Findings);
    Ok(())
}
