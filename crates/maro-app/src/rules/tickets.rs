//! Tickets that rules want: a bounded number per hour, so that a storm is no storm in Jira.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use maro_core::actor::Actor;
use maro_core::findings::Defect;
use maro_core::rules::{Key, Rule, TicketRule, TicketState};
use maro_store::rules::{self, Quota, WatchedRow};
use maro_store::{StoreError, Tx, defects};

use super::judge::enabled;
use crate::App;
use crate::findings::tickets::want;

const HOUR: TimeDelta = TimeDelta::hours(1);

/// How many tickets rules may still make, as far as one transaction asked.
#[derive(Default)]
pub(super) struct Quotas(HashMap<String, Quota>);

impl Quotas {
    /// Whether a rule may make one more now.
    pub(super) async fn take(
        &mut self,
        tx: &Tx,
        rule: &str,
        ticket: &TicketRule,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let fresh = Quota {
            since: now,
            made: 0,
        };
        let known = match self.0.get(rule) {
            Some(quota) => Some(*quota),
            None => rules::quota(tx, rule).await?,
        };
        let mut quota = known
            .filter(|known| now - known.since < HOUR)
            .unwrap_or(fresh);
        let free = quota.made < i64::from(ticket.per_hour);
        quota.made += i64::from(free);
        self.0.insert(rule.to_owned(), quota);
        Ok(free)
    }

    /// Stores what was taken.
    pub(super) async fn save(&self, tx: &Tx) -> Result<(), StoreError> {
        for (rule, quota) in &self.0 {
            rules::save_quota(tx, rule, quota).await?;
        }
        Ok(())
    }
}

/// Reserves the ticket of a finding, with the rule as its approver.
pub(super) async fn reserve(
    app: &App,
    tx: &Tx,
    rule: &Rule,
    ticket: &TicketRule,
    defect: &Defect,
) -> Result<TicketState, StoreError> {
    let by = Actor::Rule(rule.name.clone());
    want(app, tx, defect, &ticket.plan, &by).await?;
    Ok(TicketState::Wanted)
}

/// Whether tickets waited for an hour that has begun.
pub(crate) async fn tickets_are_due(app: &App) -> Result<bool, StoreError> {
    let since = rules::waiting_since(app.store()).await?;
    Ok(since.is_some_and(|since| app.now() - since >= HOUR))
}

/// Makes the tickets that waited for the next hour. Returns how many.
pub(crate) async fn make_waiting(app: &App) -> Result<usize, StoreError> {
    if !tickets_are_due(app).await? {
        return Ok(0);
    }
    let now = app.now();
    let mut made = 0;
    for rule in enabled(app).await? {
        if let Some(ticket) = &rule.ticket {
            made += make_of(app, &rule, ticket, now).await?;
        }
    }
    app.wakeups().tickets();
    Ok(made)
}

async fn make_of(
    app: &App,
    rule: &Rule,
    ticket: &TicketRule,
    now: DateTime<Utc>,
) -> Result<usize, StoreError> {
    let tx = app.store().begin().await?;
    let count = u64::from(ticket.per_hour);
    let mut rows = rules::waiting_for_tickets(&tx, &rule.name, count).await?;
    let mut quotas = Quotas::default();
    let mut changed = Vec::new();
    for row in &mut rows {
        if !quotas.take(&tx, &rule.name, ticket, now).await? {
            break;
        }
        make_one(app, &tx, rule, ticket, row).await?;
        changed.push(row.clone());
    }
    quotas.save(&tx).await?;
    rules::remember(&tx, &changed).await?;
    tx.commit().await?;
    Ok(changed.len())
}

async fn make_one(
    app: &App,
    tx: &Tx,
    rule: &Rule,
    ticket: &TicketRule,
    row: &mut WatchedRow,
) -> Result<(), StoreError> {
    let Key::Defect(id) = row.key else {
        return Ok(());
    };
    row.watched.ticket = match defects::find(tx, id).await? {
        Some(defect) if defect.status.is_open() => {
            Some(reserve(app, tx, rule, ticket, &defect).await?)
        }
        _ => None,
    };
    Ok(())
}
