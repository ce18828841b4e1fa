//! What rules remember of findings; it is also the answer to "why was it not sent?".

use chrono::{DateTime, Utc};
use maro_core::ids::RunId;
use maro_core::rules::{Key, TicketState, Told, ToldBy, Verdict, Watched};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, IntoActiveModel as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _,
};

use crate::entities::rule_subject::{Column, Entity, Model};
use crate::row::{micros, sql, word};
use crate::store::sealed::Sealed as _;
use crate::{Reader, Store, StoreError, Tx};

/// Rows of one statement; more would be too many parameters for SQLite.
const ROWS_AT_ONCE: usize = 500;

/// What a rule remembers of a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchedRow {
    /// The rule.
    pub rule: String,
    /// The finding.
    pub key: Key,
    /// The place of its severity in a digest; see [`maro_core::rules::Finding::rank`].
    pub rank: i32,
    /// What is remembered.
    pub watched: Watched,
}

/// What all rules remember of these findings.
pub async fn load(conn: &impl Reader, keys: &[String]) -> Result<Vec<WatchedRow>, StoreError> {
    let mut found = Vec::new();
    for keys in keys.chunks(ROWS_AT_ONCE) {
        let rows = Entity::find()
            .filter(Column::Subject.is_in(keys.iter().map(String::as_str)))
            .all(conn.inner())
            .await?;
        for row in rows {
            found.push(WatchedRow::try_from(row)?);
        }
    }
    Ok(found)
}

/// Remembers, instead of what was remembered. No rule may have a finding twice.
pub async fn save(tx: &Tx, rows: &[WatchedRow]) -> Result<(), StoreError> {
    let instead = OnConflict::columns([Column::Rule, Column::Subject])
        .update_columns([
            Column::Rank,
            Column::InARow,
            Column::Base,
            Column::Began,
            Column::ToldAt,
            Column::ToldBy,
            Column::ToldOpen,
            Column::HeldSince,
            Column::DueAt,
            Column::Ticket,
            Column::Verdict,
            Column::Why,
            Column::At,
        ])
        .to_owned();
    for rows in rows.chunks(ROWS_AT_ONCE) {
        Entity::insert_many(rows.iter().map(|row| row_of(row).into_active_model()))
            .on_conflict(instead.clone())
            .exec_without_returning(tx.inner())
            .await?;
    }
    Ok(())
}

/// What a rule decided last.
pub async fn recent(
    conn: &impl Reader,
    rule: &str,
    count: u64,
) -> Result<Vec<WatchedRow>, StoreError> {
    let rows = Entity::find()
        .filter(Column::Rule.eq(rule))
        .order_by_desc(Column::At)
        .limit(count)
        .all(conn.inner())
        .await?;
    rows.into_iter().map(WatchedRow::try_from).collect()
}

/// A rule tells another place from now on, where nobody knows anything yet.
pub async fn forget_told(tx: &Tx, rule: &str) -> Result<u64, StoreError> {
    let changed = Entity::update_many()
        .col_expr(Column::ToldAt, Expr::value(None::<DateTime<Utc>>))
        .col_expr(Column::ToldBy, Expr::value(None::<String>))
        .col_expr(Column::ToldOpen, Expr::value(false))
        .filter(Column::Rule.eq(rule))
        .filter(Column::ToldAt.is_not_null())
        .exec(tx.inner())
        .await?;
    Ok(changed.rows_affected)
}

/// Forgets what has not moved for long and waits for nothing. Returns how much.
pub async fn delete_before(store: &Store, before: DateTime<Utc>) -> Result<u64, StoreError> {
    let conn = store.writer();
    let text = "DELETE FROM rule_subjects
        WHERE at < $1 AND held_since IS NULL AND (ticket IS NULL OR ticket <> 'waiting')";
    let statement = sql(conn.get_database_backend(), text, [micros(before).into()]);
    Ok(conn.execute_raw(statement).await?.rows_affected())
}

fn row_of(row: &WatchedRow) -> Model {
    let watched = &row.watched;
    Model {
        rule: row.rule.clone(),
        subject: row.key.to_string(),
        rank: row.rank,
        in_a_row: watched.in_a_row,
        base: watched.base,
        began: watched.began.map(|run| run.0),
        told_at: watched.told.map(|told| micros(told.at)),
        told_by: watched.told.map(|told| told.by.as_str().to_owned()),
        told_open: watched.told.is_some_and(|told| told.open),
        held_since: watched.held_since.map(micros),
        due_at: watched.due_at.map(micros),
        ticket: watched.ticket.map(|state| state.as_str().to_owned()),
        verdict: watched.verdict.as_str().to_owned(),
        why: watched.why.clone(),
        at: micros(watched.at),
    }
}

impl TryFrom<Model> for WatchedRow {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let what = format!("{} of rule {}", row.subject, row.rule);
        let key = row.subject.parse();
        let by = row.told_by.as_deref();
        let by = by.map(|by| word(ToldBy::parse, by, &what)).transpose()?;
        let ticket = row.ticket.as_deref();
        let told = |(at, by)| Told {
            at,
            by,
            open: row.told_open,
        };
        Ok(Self {
            key: key.map_err(|_| StoreError::corrupt(&what))?,
            rank: row.rank,
            watched: Watched {
                in_a_row: row.in_a_row,
                base: row.base,
                began: row.began.map(RunId),
                told: row.told_at.zip(by).map(told),
                held_since: row.held_since,
                due_at: row.due_at,
                ticket: ticket
                    .map(|state| word(TicketState::parse, state, &what))
                    .transpose()?,
                verdict: word(Verdict::parse, &row.verdict, &what)?,
                why: row.why,
                at: row.at,
            },
            rule: row.rule,
        })
    }
}
