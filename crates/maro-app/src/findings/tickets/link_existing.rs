//! Linking a finding to an issue that exists. Many findings may have the same.

use maro_atlassian::JiraError;
use maro_atlassian::rest::Issue;
use maro_atlassian::sentences::{NOT_CONFIGURED, with_next_step};
use maro_core::approvals::Identity;
use maro_core::findings::tickets::{LinkState, TicketPlan};
use maro_core::ids::DefectId;
use maro_core::issue_key::IssueKey;
use maro_slack::mrkdwn;
use maro_store::defects;
use maro_store::finding_links::{self, FindingLink};
use serde_json::json;

use super::{
    Asked, TicketError, announce, check_policy, discard_session, lock_session, note, read_soon,
    tell,
};
use crate::audit::record;
use crate::{App, clock};

/// What is known of the ticket is read once more when it is linked; this is for the answer.
const FIELDS: &[&str] = &["summary", "status"];

/// Links a finding to an issue after reading it back. A ticket that was only planned gives way; one
/// that is on its way, or another issue, does not.
pub async fn link_existing(
    app: &App,
    defect: DefectId,
    key: &IssueKey,
    by: &Identity,
) -> Result<Asked, TicketError> {
    let issue = read(app, key).await?;
    check_policy(app, defect, issue.key.project(), by).await?;
    let tx = app.store().begin().await?;
    lock_session(app, &tx, defect).await?;
    let found = defects::lock(&tx, defect).await?;
    let found = found.ok_or(TicketError::NoFinding)?;
    let newest = finding_links::newest(&tx, defect).await?;
    let is_same = |link: &FindingLink| {
        link.state == LinkState::Linked && link.jira_id.as_deref() == Some(&issue.id)
    };
    if let Some(link) = newest.as_ref().filter(|link| is_same(link)) {
        return Ok(Asked {
            link: link.clone(),
            is_new: false,
        });
    }
    let gives_way = gives_way(newest.as_ref())?;
    let link = linked(app, defect, &issue, by, newest.as_ref(), gives_way);
    let stored = match newest.filter(|_| gives_way) {
        Some(before) => finding_links::save(&tx, &link, before.state).await?,
        None => finding_links::insert(&tx, &link).await?,
    };
    if !stored {
        return Err(TicketError::NotNow(super::unlink::CHANGED));
    }
    discard_session(app, &tx, &link).await?;
    let url = link.jira_url.as_deref().unwrap_or_default();
    let shown = Some((issue.key.as_str(), url));
    let status = issue.status.as_ref().map(|status| status.name.as_str());
    defects::set_issue(&tx, defect, shown, status).await?;
    let text = format!("Linked to the existing ticket {}.", issue.key);
    note(app, &tx, &found, &by.actor, &text).await?;
    let line = format!("Linked to {}", mrkdwn::link(url, issue.key.as_str()));
    tell(app, &tx, &found, line).await?;
    let details = json!({ "issue": issue.key, "generation": link.generation });
    record(app, &tx, &by.actor, "ticket.linked", &defect, details).await?;
    tx.commit().await?;
    read_soon(app, &issue.id).await;
    announce(app);
    Ok(Asked { link, is_new: true })
}

async fn read(app: &App, key: &IssueKey) -> Result<Issue, TicketError> {
    let jira = app.jira();
    let jira = jira.ok_or_else(|| TicketError::Jira(NOT_CONFIGURED.into()))?;
    let issue = jira.issue(key.as_str(), FIELDS, &[]).await;
    issue.map_err(|err| match err {
        JiraError::NotFound => TicketError::NoSuchIssue(key.clone()),
        err => TicketError::Jira(with_next_step(&err.to_string(), err.next_step())),
    })
}

/// Whether the newest ticket is alive and only planned; an error where it stands in the way.
fn gives_way(newest: Option<&FindingLink>) -> Result<bool, TicketError> {
    match newest.map(|link| link.state) {
        Some(LinkState::Creating) => Err(TicketError::NotNow(super::unlink::ON_ITS_WAY)),
        Some(LinkState::Linked) => Err(TicketError::NotNow(
            "The finding has another ticket. Unlink that first.",
        )),
        state => Ok(state.is_some_and(LinkState::is_alive)),
    }
}

/// The row of the ticket: the one that gives way, or a new one.
fn linked(
    app: &App,
    defect: DefectId,
    issue: &Issue,
    by: &Identity,
    before: Option<&FindingLink>,
    gives_way: bool,
) -> FindingLink {
    let (id, now) = (clock::new_id(), app.now());
    let fresh = FindingLink::wanted(id, defect, TicketPlan::default(), by.actor.clone(), now);
    let before_id = before.filter(|_| gives_way).map(|link| link.id);
    let generation = before.map_or(1, |link| link.generation + i32::from(!gives_way));
    FindingLink {
        id: before_id.unwrap_or(id),
        generation,
        state: LinkState::Linked,
        plan: None,
        next_at: None,
        jira_id: Some(issue.id.clone()),
        jira_key: Some(issue.key.to_string()),
        jira_url: Some(crate::links::issue(app, issue.key.as_str())),
        ..fresh
    }
}
