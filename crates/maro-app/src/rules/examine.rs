//! Whether rules can do what they say: their place, and the fields of their tickets against Jira's
//! create screen, which may change at any time.

use chrono::TimeDelta;
use maro_core::actor::Actor;
use maro_core::findings::tickets::problems;
use maro_core::rules::{Origin, Rule, RuleState, TicketRule};
use maro_store::finding_links::{self, FindingLink};
use maro_store::rules::{self, StoredRule};
use maro_store::{StoreError, leases};
use serde_json::json;

use super::channel::must_be_known;
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
    if let Err(none) = must_be_known(app, rule).await {
        return attention(format!("notify.to: {none}"));
    }
    examine_ticket(app, rule).await
}

/// The same of a rule whose channel Slack was asked for already.
pub(super) async fn examine_ticket(app: &App, rule: &Rule) -> Option<(RuleState, String)> {
    let wrong = match &rule.ticket {
        Some(ticket) => wrong_with(app, ticket).await?,
        None => None,
    };
    Some(match wrong {
        Some(reason) => (RuleState::NeedsAttention, reason),
        None => (RuleState::Healthy, String::new()),
    })
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
    let hourly = leases::acquire(store, NAME, app.owner(), now, now + EVERY).await?;
    for stored in rules::list(store).await? {
        let stuck = stuck(app, &stored.rule).await?;
        let is_suspect = stored.state == RuleState::NeedsAttention || stuck != Stuck::No;
        if stored.rule.enabled && (hourly.is_some() || is_suspect) {
            note(app, &stored, stuck).await?;
        }
    }
    Ok(())
}

/// Looks at the rules of the file, which was taken up without asking anybody.
pub(super) async fn examine_file(app: &App) -> Result<(), StoreError> {
    for stored in rules::list(app.store()).await? {
        if stored.rule.enabled && stored.origin == Origin::File {
            let stuck = stuck(app, &stored.rule).await?;
            note(app, &stored, stuck).await?;
        }
    }
    Ok(())
}

/// Whether tickets that a rule wants do not get into the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stuck {
    No,
    /// Some do not.
    Some,
    /// Some do not, and have a plan that the rule had before: it was saved while they were made.
    Outdated,
}

async fn stuck(app: &App, rule: &Rule) -> Result<Stuck, StoreError> {
    let Some(ticket) = &rule.ticket else {
        return Ok(Stuck::No);
    };
    let by = Actor::Rule(rule.name.clone());
    let waiting = finding_links::waiting_for(app.store(), &by).await?;
    let is_current = |link: &FindingLink| link.plan.as_ref() == Some(&ticket.plan);
    Ok(match waiting.as_slice() {
        [] => Stuck::No,
        links if links.iter().all(is_current) => Stuck::Some,
        _ => Stuck::Outdated,
    })
}

/// Notes what is known now. When a rule is healthy again, or was changed, its tickets are tried again.
async fn note(app: &App, stored: &StoredRule, stuck: Stuck) -> Result<(), StoreError> {
    let rule = &stored.rule;
    let Some((state, reason)) = examine(app, rule).await else {
        return Ok(());
    };
    let is_known = (state, &reason) == (stored.state, &stored.reason);
    if is_known && stuck != Stuck::Outdated {
        return Ok(());
    }
    let tx = app.store().begin().await?;
    if let (RuleState::Healthy, Some(ticket)) = (state, &rule.ticket) {
        replan(app, &tx, &Actor::Rule(rule.name.clone()), &ticket.plan).await?;
    }
    if rules::set_state(&tx, &rule.name, state, &reason).await? {
        let about = format!("rule:{}", rule.name);
        let details = json!({ "state": state.as_str(), "reason": reason });
        record(app, &tx, &Actor::System, "rule.examined", &about, details).await?;
    }
    tx.commit().await?;
    app.wakeups().tickets();
    app.announce(Happening::Findings);
    Ok(())
}
