//! Whether rules can do what they say: their place, and the fields of their tickets against Jira's
//! create screen, which may change at any time.

use std::collections::HashSet;

use chrono::TimeDelta;
use maro_core::actor::Actor;
use maro_core::findings::tickets::problems;
use maro_core::rules::{Rule, RuleState, TicketRule};
use maro_store::rules::{self, StoredRule};
use maro_store::{StoreError, finding_links, leases};
use serde_json::json;

use super::place::place;
use crate::App;
use crate::audit::record;
use crate::findings::tickets::{ScreenError, replan, screen};
use crate::happening::Happening;

const NAME: &str = "rules-examined";
/// How often each rule is looked at, whether anything seems wrong or not.
const EVERY: TimeDelta = TimeDelta::hours(1);

/// Whether a rule can do what it says, with a reason if not. `None`: Jira could not be asked, so
/// nothing new is known.
pub(super) async fn examine(app: &App, rule: &Rule) -> Option<(RuleState, String)> {
    let attention = |reason: String| Some((RuleState::NeedsAttention, reason));
    let place = rule.notify.as_ref().map(|notify| place(app, &notify.to));
    if let Some(Err(why)) = place {
        return attention(format!("notify.to: {why}"));
    }
    match &rule.ticket {
        Some(ticket) => match wrong_with(app, ticket).await? {
            Some(reason) => attention(reason),
            None => Some((RuleState::Healthy, String::new())),
        },
        None => Some((RuleState::Healthy, String::new())),
    }
}

/// The first thing that Jira would refuse; `None` within: nothing.
async fn wrong_with(app: &App, ticket: &TicketRule) -> Option<Option<String>> {
    let plan = &ticket.plan;
    // A field may have become required since the screen was read last.
    app.metadata().forget_screens(&plan.project);
    match screen(app, &plan.project, &plan.issue_type).await {
        Ok(screen) => {
            let first = problems(plan, &screen).into_iter().next();
            Some(first.map(|one| format!("ticket.plan: {}: {}", one.name, one.message)))
        }
        Err(ScreenError::Later(_)) => None,
        Err(err) => Some(Some(format!("ticket.plan: {err}"))),
    }
}

/// Looks at the rules that need attention or whose tickets are stuck, and at all of them once an hour.
pub(crate) async fn examine_all(app: &App) -> Result<(), StoreError> {
    let (store, now) = (app.store(), app.now());
    let lease = leases::acquire(store, NAME, app.owner(), now, now + EVERY).await?;
    let mut examined = HashSet::new();
    for stored in rules::list(store).await? {
        let is_suspect =
            stored.state == RuleState::NeedsAttention || is_stuck(app, &stored.rule).await?;
        let is_due = lease.is_some() || is_suspect;
        if is_due && stored.rule.enabled && examined.insert(stored.rule.name.clone()) {
            note(app, &stored).await?;
        }
    }
    Ok(())
}

/// Whether tickets that a rule wants do not get into the ledger.
async fn is_stuck(app: &App, rule: &Rule) -> Result<bool, StoreError> {
    if rule.ticket.is_none() {
        return Ok(false);
    }
    let by = Actor::Rule(rule.name.clone());
    let waiting = finding_links::waiting_for(app.store(), &by).await?;
    Ok(!waiting.is_empty())
}

/// Notes what is known now. When a rule is healthy again, its parked tickets are tried again.
async fn note(app: &App, stored: &StoredRule) -> Result<(), StoreError> {
    let rule = &stored.rule;
    let Some((state, reason)) = examine(app, rule).await else {
        return Ok(());
    };
    if (state, &reason) == (stored.state, &stored.reason) {
        return Ok(());
    }
    let tx = app.store().begin().await?;
    if !rules::set_state(&tx, &rule.name, state, &reason).await? {
        return tx.rollback().await;
    }
    if let (RuleState::Healthy, Some(ticket)) = (state, &rule.ticket) {
        replan(app, &tx, &Actor::Rule(rule.name.clone()), &ticket.plan).await?;
    }
    let about = format!("rule:{}", rule.name);
    let details = json!({ "state": state.as_str(), "reason": reason });
    record(app, &tx, &Actor::System, "rule.examined", &about, details).await?;
    tx.commit().await?;
    app.wakeups().tickets();
    app.announce(Happening::Findings);
    Ok(())
}
