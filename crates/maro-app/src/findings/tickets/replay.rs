//! Trying a parked ticket again, after somebody put right what stood in its way.

use maro_core::actor::Actor;
use maro_core::approvals::Identity;
use maro_core::findings::tickets::{LinkState, TicketPlan};
use maro_core::ids::DefectId;
use maro_store::finding_links::{self, FindingLink};
use maro_store::{StoreError, Tx, defects};
use serde_json::json;

use super::{TicketError, announce, check_policy, note};
use crate::App;
use crate::audit::record;

/// Tries a ticket again that is parked, or that waits for its next try; by another plan where one is
/// given. It is the wish of whoever replays, unless a rule's plan is taken as it is.
pub async fn replay(
    app: &App,
    defect: DefectId,
    plan: Option<TicketPlan>,
    by: &Identity,
) -> Result<FindingLink, TicketError> {
    let faults = plan.as_ref().map(TicketPlan::faults).unwrap_or_default();
    if !faults.is_empty() {
        return Err(TicketError::Faults(faults));
    }
    if let Some(plan) = &plan {
        check_policy(app, defect, &plan.project, by).await?;
    }
    let tx = app.store().begin().await?;
    let found = defects::lock(&tx, defect).await?;
    let found = found.ok_or(TicketError::NoFinding)?;
    let link = finding_links::lock_alive(&tx, defect).await?;
    let link = link.ok_or(TicketError::NoTicket)?;
    let from = link.state;
    if !matches!(from, LinkState::Parked | LinkState::Wanted) {
        return Err(TicketError::NotNow("The ticket is not parked."));
    }
    let wanted_by = match &plan {
        Some(_) => by.actor.clone(),
        None => link.wanted_by.clone(),
    };
    let link = FindingLink {
        wanted_by,
        plan: plan.or_else(|| link.plan.clone()),
        ..again(app, link)
    };
    let Some(plan) = &link.plan else {
        return Err(TicketError::NotNow("The ticket has no plan to try again."));
    };
    app.metadata().forget_screens(&plan.project);
    if !finding_links::save(&tx, &link, from).await? {
        return Err(TicketError::NotNow(super::unlink::CHANGED));
    }
    note(
        app,
        &tx,
        &found,
        &by.actor,
        "The Jira ticket is tried again.",
    )
    .await?;
    let details = json!({ "project": plan.project, "generation": link.generation });
    record(app, &tx, &by.actor, "ticket.replayed", &defect, details).await?;
    tx.commit().await?;
    announce(app);
    Ok(link)
}

/// Gives the waiting and parked tickets of a rule the plan that the rule has now, and tries them
/// again. Returns how many. Wake the runner after the commit.
pub async fn replan(
    app: &App,
    tx: &Tx,
    rule: &Actor,
    plan: &TicketPlan,
) -> Result<usize, StoreError> {
    app.metadata().forget_screens(&plan.project);
    let mut changed = 0;
    for waiting in finding_links::waiting_for(tx, rule).await? {
        let link = finding_links::lock(tx, waiting.defect, waiting.generation).await?;
        let Some(link) = link.filter(|link| link.state == waiting.state) else {
            continue;
        };
        let from = link.state;
        let link = FindingLink {
            plan: Some(plan.clone()),
            ..again(app, link)
        };
        changed += usize::from(finding_links::save(tx, &link, from).await?);
    }
    Ok(changed)
}

fn again(app: &App, link: FindingLink) -> FindingLink {
    let now = app.now();
    FindingLink {
        state: LinkState::Wanted,
        // Another attempt, so that whoever composes it at this moment finds that it changed.
        attempts: link.attempts + 1,
        next_at: Some(now),
        reason: None,
        problems: Vec::new(),
        updated_at: now,
        ..link
    }
}
