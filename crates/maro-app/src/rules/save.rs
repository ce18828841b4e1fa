//! Keeping rules: reading, saving and deleting them.

use maro_core::actor::Actor;
use maro_core::rules::{Origin, Rule, RuleFault, RuleState};
use maro_store::rules::{self, StoredRule};
use maro_store::{StoreError, Tx};
use serde_json::json;

use super::RuleError;
use super::channel::{NoChannel, must_be_known};
use super::examine::examine_ticket;
use super::place::place;
use crate::App;
use crate::audit::record;
use crate::findings::tickets::replan;
use crate::happening::Happening;

/// A rule that was saved.
#[derive(Debug, Clone)]
pub struct Saved {
    /// As it is kept.
    pub rule: StoredRule,
    /// Whether there was none with its name.
    pub is_new: bool,
}

/// All rules, by name.
pub async fn all(app: &App) -> Result<Vec<StoredRule>, StoreError> {
    rules::list(app.store()).await
}

/// A rule.
pub async fn one(app: &App, name: &str) -> Result<Option<StoredRule>, StoreError> {
    rules::find(app.store(), name).await
}

/// Saves a rule, instead of the one that has its name.
pub async fn save(app: &App, rule: Rule, by: &Actor) -> Result<Saved, RuleError> {
    let faults = rule.faults();
    if !faults.is_empty() {
        return Err(RuleError::Faults(faults));
    }
    // Slack and Jira are asked before the transaction; when Jira does not answer, it is asked again later.
    must_be_known(app, &rule)
        .await
        .map_err(|none| unknown_channel(&none))?;
    let standing = match standing(app, &rule) {
        fine @ (RuleState::Healthy, _) => examine_ticket(app, &rule).await.unwrap_or(fine),
        wrong => wrong,
    };
    let tx = app.store().begin().await?;
    let before = rules::find(&tx, &rule.name).await?;
    if before
        .as_ref()
        .is_some_and(|known| known.origin == Origin::File)
    {
        return Err(RuleError::InFile);
    }
    let is_new = before.is_none();
    let kept = Kept {
        rule,
        origin: Origin::Here,
        standing,
    };
    let rule = keep(app, &tx, before, kept, by).await?;
    tx.commit().await?;
    app.wakeups().tickets();
    app.announce(Happening::Findings);
    tracing::info!(rule.name = rule.rule.name, "a rule was saved");
    Ok(Saved { rule, is_new })
}

fn unknown_channel(none: &NoChannel) -> RuleError {
    RuleError::Faults(vec![RuleFault {
        field: "notify.to".to_owned(),
        message: none.to_string(),
    }])
}

/// A rule that is about to be stored.
pub(super) struct Kept {
    /// The rule.
    pub(super) rule: Rule,
    /// Who keeps it.
    pub(super) origin: Origin,
    /// Whether it can do what it says, and why not.
    pub(super) standing: (RuleState, String),
}

/// Stores a rule and the entry of the audit log. Tickets that wait get the plan that it has now.
pub(super) async fn keep(
    app: &App,
    tx: &Tx,
    before: Option<StoredRule>,
    kept: Kept,
    by: &Actor,
) -> Result<StoredRule, StoreError> {
    let place_of = |rule: &Rule| rule.notify.as_ref().map(|notify| notify.to.clone());
    let moved = before
        .as_ref()
        .is_some_and(|known| place_of(&known.rule) != place_of(&kept.rule));
    if moved {
        rules::forget_told(tx, &kept.rule.name).await?;
    }
    let (state, reason) = kept.standing;
    let now = app.now();
    let stored = StoredRule {
        rule: kept.rule,
        origin: kept.origin,
        state,
        reason,
        updated_by: by.clone(),
        updated_at: now,
        since: before.as_ref().map_or(now, |known| known.since),
    };
    rules::save(tx, &stored).await?;
    let name = &stored.rule.name;
    if let Some(ticket) = &stored.rule.ticket {
        replan(app, tx, &Actor::Rule(name.clone()), &ticket.plan).await?;
    }
    let details = json!({
        "before": before.map(|known| known.rule),
        "rule": stored.rule,
        "origin": stored.origin.as_str(),
    });
    record(app, tx, by, "rule.saved", &format!("rule:{name}"), details).await?;
    Ok(stored)
}

/// Whether a rule can do what it says, as far as is known without asking anybody.
pub(super) fn standing(app: &App, rule: &Rule) -> (RuleState, String) {
    let place = rule.notify.as_ref().map(|notify| place(app, &notify.to));
    match place {
        Some(Err(why)) => (RuleState::NeedsAttention, format!("notify.to: {why}")),
        _ => (RuleState::Healthy, String::new()),
    }
}

/// Deletes a rule and what it remembers. Tickets and messages that it made stay.
pub async fn delete(app: &App, name: &str, by: &Actor) -> Result<(), RuleError> {
    let tx = app.store().begin().await?;
    let Some(known) = rules::find(&tx, name).await? else {
        return Err(RuleError::NotFound);
    };
    if known.origin == Origin::File {
        return Err(RuleError::InFile);
    }
    forget(app, &tx, &known, by).await?;
    tx.commit().await?;
    app.announce(Happening::Findings);
    Ok(())
}

/// Deletes a rule and notes it in the audit log.
pub(super) async fn forget(
    app: &App,
    tx: &Tx,
    known: &StoredRule,
    by: &Actor,
) -> Result<(), StoreError> {
    let name = &known.rule.name;
    rules::delete(tx, name).await?;
    let details = json!({ "before": known.rule });
    record(
        app,
        tx,
        by,
        "rule.deleted",
        &format!("rule:{name}"),
        details,
    )
    .await
}
