//! What is due by the clock: held findings, reminders, tickets that wait for the next hour.

use chrono::{DateTime, Utc};
use maro_core::rules::{ToldBy, Verdict};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait as _, ExprTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};

use super::WatchedRow;
use crate::entities::rule_subject::{Column, Entity};
use crate::row::{micros, moment};
use crate::store::sealed::Sealed as _;
use crate::{Reader, StoreError, Tx};

/// What one rule holds and is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The rule.
    pub rule: String,
    /// How many findings.
    pub count: u64,
    /// Since when the oldest waits.
    pub since: DateTime<Utc>,
}

fn held(rules: &[String], now: DateTime<Utc>) -> Condition {
    Condition::all()
        .add(Column::Rule.is_in(rules.iter().map(String::as_str)))
        .add(Column::HeldSince.is_not_null())
        .add(Column::DueAt.lte(micros(now)))
}

/// What is held and due, by rule.
pub async fn held_by_rule(conn: &impl Reader, now: DateTime<Utc>) -> Result<Vec<Held>, StoreError> {
    let rows: Vec<(String, i64, DateTime<Utc>)> = Entity::find()
        .select_only()
        .column(Column::Rule)
        .column_as(Column::Subject.count(), "held")
        .column_as(Column::HeldSince.min(), "since")
        .filter(Column::HeldSince.is_not_null())
        .filter(Column::DueAt.lte(micros(now)))
        .group_by(Column::Rule)
        .order_by_asc(Column::Rule)
        .into_tuple()
        .all(conn.inner())
        .await?;
    let held = |(rule, count, since)| Held {
        rule,
        count: u64::try_from(count).unwrap_or(0),
        since,
    };
    Ok(rows.into_iter().map(held).collect())
}

/// How many findings of each rank these rules hold, over all rules; one that two rules hold counts once.
pub async fn held_by_rank(
    tx: &Tx,
    rules: &[String],
    now: DateTime<Utc>,
) -> Result<Vec<(i32, u64)>, StoreError> {
    let rows: Vec<(i32, i64)> = Entity::find()
        .select_only()
        .column(Column::Rank)
        .column_as(Expr::col(Column::Subject).count_distinct(), "held")
        .filter(held(rules, now))
        .group_by(Column::Rank)
        .order_by_asc(Column::Rank)
        .into_tuple()
        .all(tx.inner())
        .await?;
    let count = |(rank, count)| (rank, u64::try_from(count).unwrap_or(0));
    Ok(rows.into_iter().map(count).collect())
}

/// The worst of what these rules hold.
pub async fn top_held(
    tx: &Tx,
    rules: &[String],
    now: DateTime<Utc>,
    count: u64,
) -> Result<Vec<WatchedRow>, StoreError> {
    let rows = Entity::find()
        .filter(held(rules, now))
        .order_by_asc(Column::Rank)
        .order_by_asc(Column::Subject)
        .limit(count)
        .all(tx.inner())
        .await?;
    rows.into_iter().map(WatchedRow::try_from).collect()
}

/// People were told of everything that a rule holds and is due. Reminders are due then, if at all.
pub async fn mark_told(
    tx: &Tx,
    rule: &str,
    by: ToldBy,
    now: DateTime<Utc>,
    remind_at: Option<DateTime<Utc>>,
) -> Result<u64, StoreError> {
    let (verdict, why) = match by {
        ToldBy::Card => (Verdict::Told, "It has a card."),
        ToldBy::Digest => (Verdict::InDigest, "A digest told it."),
    };
    let changed = Entity::update_many()
        .col_expr(Column::ToldAt, Expr::value(micros(now)))
        .col_expr(Column::ToldBy, Expr::value(by.as_str()))
        .col_expr(Column::ToldOpen, Expr::value(true))
        .col_expr(Column::HeldSince, Expr::value(None::<DateTime<Utc>>))
        .col_expr(Column::DueAt, Expr::value(remind_at.map(micros)))
        .col_expr(Column::Verdict, Expr::value(verdict.as_str()))
        .col_expr(Column::Why, Expr::value(why))
        .col_expr(Column::At, Expr::value(micros(now)))
        .filter(held(&[rule.to_owned()], now))
        .exec(tx.inner())
        .await?;
    Ok(changed.rows_affected)
}

/// What a rule holds waits for longer.
pub async fn postpone(
    tx: &Tx,
    rule: &str,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
    why: &str,
) -> Result<u64, StoreError> {
    let changed = Entity::update_many()
        .col_expr(Column::DueAt, Expr::value(micros(until)))
        .col_expr(Column::Why, Expr::value(why))
        .filter(held(&[rule.to_owned()], now))
        .exec(tx.inner())
        .await?;
    Ok(changed.rows_affected)
}

/// Findings that people know of, and of which they are to be reminded.
pub async fn reminders(
    tx: &Tx,
    now: DateTime<Utc>,
    count: u64,
) -> Result<Vec<WatchedRow>, StoreError> {
    let rows = Entity::find()
        .filter(Column::DueAt.lte(micros(now)))
        .filter(Column::HeldSince.is_null())
        .order_by_asc(Column::DueAt)
        .limit(count)
        .all(tx.inner())
        .await?;
    rows.into_iter().map(WatchedRow::try_from).collect()
}

/// Findings of a rule that wait for its next hour to become tickets, the worst first.
pub async fn waiting_for_tickets(
    tx: &Tx,
    rule: &str,
    count: u64,
) -> Result<Vec<WatchedRow>, StoreError> {
    let rows = Entity::find()
        .filter(Column::Rule.eq(rule))
        .filter(Column::Ticket.eq("waiting"))
        .order_by_asc(Column::Rank)
        .order_by_asc(Column::Subject)
        .limit(count)
        .all(tx.inner())
        .await?;
    rows.into_iter().map(WatchedRow::try_from).collect()
}

/// Since when the oldest hour runs of a rule that has findings which wait to become tickets.
pub async fn waiting_since(conn: &impl Reader) -> Result<Option<DateTime<Utc>>, StoreError> {
    let text = "SELECT MIN(since) FROM rule_quotas q WHERE EXISTS (
        SELECT 1 FROM rule_subjects s WHERE s.rule = q.rule AND s.ticket = 'waiting')";
    moment(conn.inner(), text).await
}

/// When something is due next.
pub async fn next_due(conn: &impl Reader) -> Result<Option<DateTime<Utc>>, StoreError> {
    let first: Option<Option<DateTime<Utc>>> = Entity::find()
        .select_only()
        .column(Column::DueAt)
        .filter(Column::DueAt.is_not_null())
        .order_by_asc(Column::DueAt)
        .into_tuple()
        .one(conn.inner())
        .await?;
    Ok(first.flatten())
}
