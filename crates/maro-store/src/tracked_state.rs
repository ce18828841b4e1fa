//! What Jira says now of the issues that channels follow.
//!
//! **Invariant:** what Jira changed earlier never overwrites what it changed later, in whatever
//! order the two were read. An issue that moved keeps its row under its new key.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use maro_core::issue_key::IssueKey;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait as _, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};

use crate::entities::tracked_issue::{Column, Entity, Model};
use crate::row::{micros, sql};
use crate::store::sealed::Sealed as _;
use crate::{Reader, StoreError, Tx};

/// What Jira says of an issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Jira's number for it.
    pub id: String,
    /// Its key now.
    pub key: IssueKey,
    /// The name of its status.
    pub status: String,
    /// Its summary.
    pub summary: String,
    /// When Jira last changed it, by Jira's clock.
    pub updated: Option<DateTime<Utc>>,
}

/// An issue that some channel follows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Followed {
    /// Jira's number for it, where it is known.
    pub id: Option<String>,
    /// Its key as far as we know.
    pub key: IssueKey,
}

impl Followed {
    /// What Jira knows it by: its number, else its key.
    #[must_use]
    pub fn name(&self) -> &str {
        self.id.as_deref().unwrap_or(self.key.as_str())
    }
}

/// An unchanged issue is not written again so soon.
const FRESH: TimeDelta = TimeDelta::minutes(10);
/// How long an issue that is gone is left alone.
const GONE_AGAIN: TimeDelta = TimeDelta::days(1);

/// What a channel that follows an issue was last told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The channel's workspace.
    pub team: String,
    /// The key.
    pub key: IssueKey,
    /// The status; `None` before Jira was asked.
    pub status: Option<String>,
    /// The summary; `None` before Jira was asked.
    pub summary: Option<String>,
}

/// What the channels that follow an issue know of it, locked until the transaction ends. What cannot
/// be read is left out.
pub async fn known(tx: &Tx, id: &str, key: &str) -> Result<Vec<Known>, StoreError> {
    let rows = rows_of(tx, is(id, key)).await?;
    let known = rows.into_iter().filter_map(|row| {
        Some(Known {
            key: row.issue_key.parse().ok()?,
            team: row.team,
            status: row.last_status,
            summary: row.last_summary,
        })
    });
    Ok(known.collect())
}

/// Whether any channel follows an issue, or a finding has it as its ticket.
pub async fn is_followed(conn: &impl Reader, id: &str, key: &str) -> Result<bool, StoreError> {
    if is_ticket(conn, id).await? {
        return Ok(true);
    }
    let row = Entity::find()
        .filter(is(id, key))
        .limit(1)
        .one(conn.inner())
        .await?;
    Ok(row.is_some())
}

async fn is_ticket(conn: &impl Reader, id: &str) -> Result<bool, StoreError> {
    let text = "SELECT 1 FROM finding_links WHERE jira_id = $1 AND state = 'linked' LIMIT 1";
    let conn = conn.inner();
    let row = conn
        .query_one_raw(sql(conn.get_database_backend(), text, [id.into()]))
        .await?;
    Ok(row.is_some())
}

/// Every issue that some channel follows or that is the ticket of a finding, once. One whose key
/// cannot be read is left out.
pub async fn followed(conn: &impl Reader) -> Result<Vec<Followed>, StoreError> {
    let text = "SELECT issue_id, issue_key FROM channel_tracked_issues
        UNION SELECT jira_id, jira_key FROM finding_links
            WHERE state = 'linked' AND jira_key IS NOT NULL";
    let conn = conn.inner();
    let rows = conn
        .query_all_raw(sql(conn.get_database_backend(), text, []))
        .await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let (id, key): (Option<String>, String) =
            (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        if let Ok(key) = key.parse() {
            found.push(Followed { id, key });
        }
    }
    Ok(found)
}

/// The tickets of findings that no channel follows and that nothing was heard of since `before`,
/// longest ago first.
pub async fn stale_tickets(
    conn: &impl Reader,
    before: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<String>, StoreError> {
    let text = "SELECT jira_id FROM finding_links
        WHERE state = 'linked' AND jira_id IS NOT NULL AND updated_at < $1
            AND NOT EXISTS (SELECT 1 FROM channel_tracked_issues WHERE issue_id = jira_id)
        GROUP BY jira_id ORDER BY MIN(updated_at) LIMIT $2";
    let conn = conn.inner();
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let values = [micros(before).into(), limit.into()];
    let rows = conn
        .query_all_raw(sql(conn.get_database_backend(), text, values))
        .await?;
    let ids = rows.iter().map(|row| row.try_get_by_index(0));
    Ok(ids.collect::<Result<_, _>>()?)
}

/// The issues that Jira was not asked about since `before`, longest ago first.
pub async fn stalest(
    conn: &impl Reader,
    before: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<Followed>, StoreError> {
    let old = Column::LastSyncedAt.lt(micros(before));
    let gone = Column::LastSyncedAt.lt(micros(before - GONE_AGAIN));
    let here = Condition::all().add(Column::GoneSince.is_null()).add(old);
    let rows = Entity::find()
        .filter(
            Condition::any()
                .add(Column::LastSyncedAt.is_null())
                .add(here)
                .add(gone),
        )
        .order_by_asc(Column::LastSyncedAt)
        .order_by_asc(Column::IssueKey)
        .limit(limit)
        .all(conn.inner())
        .await?;
    let mut found = BTreeMap::new();
    for row in rows {
        if let Ok(key) = row.issue_key.parse() {
            let id = row.issue_id;
            found.insert(row.issue_key, Followed { id, key });
        }
    }
    Ok(found.into_values().collect())
}

/// Stores what Jira says in every channel that follows the issue. Returns whether people see a
/// difference.
pub async fn apply(tx: &Tx, seen: &Seen, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let mut differs = false;
    for row in rows_of(tx, is(&seen.id, seen.key.as_str())).await? {
        let is_older = matches!(
            (row.jira_updated_at, seen.updated),
            (Some(known), Some(read)) if micros(read) < known
        );
        if is_older {
            continue;
        }
        if row.issue_key != seen.key.as_str() && follows_new_key(tx, &row, seen).await? {
            // The channel follows the issue under its new key already.
            one(&row, Entity::delete_many()).exec(tx.inner()).await?;
            differs = true;
            continue;
        }
        let changed = is_news(&row, seen);
        if changed || is_worth_a_write(&row, seen, now) {
            write(tx, &row, seen, now).await?;
        }
        differs |= changed;
    }
    Ok(differs)
}

/// Jira does not show the issue any more: it was deleted, or we may not see it. Returns whether
/// that is new.
pub async fn mark_gone(tx: &Tx, id_or_key: &str, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let mut is_new = false;
    for row in rows_of(tx, is(id_or_key, id_or_key)).await? {
        is_new |= row.gone_since.is_none();
        let since = row.gone_since.unwrap_or(now);
        one(&row, Entity::update_many())
            .col_expr(Column::GoneSince, Expr::value(micros(since)))
            .col_expr(Column::LastSyncedAt, Expr::value(micros(now)))
            .exec(tx.inner())
            .await?;
    }
    Ok(is_new)
}

/// Forgets Jira's numbers and times: another site has other issues under them.
pub async fn forget_site(tx: &Tx) -> Result<(), StoreError> {
    let text = "UPDATE channel_tracked_issues
        SET issue_id = NULL, jira_updated_at = NULL, last_synced_at = NULL, gone_since = NULL";
    let conn = tx.inner();
    conn.execute_raw(sql(conn.get_database_backend(), text, []))
        .await?;
    Ok(())
}

/// By its number; by its key only where the number is not known yet, since keys change hands.
fn is(id: &str, key: &str) -> Condition {
    let by_key = Condition::all()
        .add(Column::IssueKey.eq(key))
        .add(Column::IssueId.is_null());
    Condition::any().add(Column::IssueId.eq(id)).add(by_key)
}

/// The rows, locked in one order, so that two writers of one issue do not block each other.
async fn rows_of(tx: &Tx, which: Condition) -> Result<Vec<Model>, StoreError> {
    let query = Entity::find()
        .filter(which)
        .order_by_asc(Column::Team)
        .order_by_asc(Column::Channel)
        .order_by_asc(Column::IssueKey);
    let query = tx.locked(query);
    Ok(query.all(tx.inner()).await?)
}

fn is_news(row: &Model, seen: &Seen) -> bool {
    row.issue_key != seen.key.as_str()
        || row.last_status.as_deref() != Some(&seen.status)
        || row.last_summary.as_deref() != Some(&seen.summary)
        || row.gone_since.is_some()
}

fn is_worth_a_write(row: &Model, seen: &Seen, now: DateTime<Utc>) -> bool {
    row.issue_id.is_none()
        || row.jira_updated_at != seen.updated.map(micros)
        || row.last_synced_at.is_none_or(|at| at < now - FRESH)
}

async fn follows_new_key(tx: &Tx, row: &Model, seen: &Seen) -> Result<bool, StoreError> {
    let key = (row.team.clone(), row.channel.clone(), seen.key.to_string());
    Ok(Entity::find_by_id(key).one(tx.inner()).await?.is_some())
}

async fn write(tx: &Tx, row: &Model, seen: &Seen, now: DateTime<Utc>) -> Result<(), StoreError> {
    let updated = seen.updated.map(micros).or(row.jira_updated_at);
    one(row, Entity::update_many())
        .col_expr(Column::IssueKey, Expr::value(seen.key.as_str()))
        .col_expr(Column::IssueId, Expr::value(seen.id.as_str()))
        .col_expr(Column::LastStatus, Expr::value(seen.status.as_str()))
        .col_expr(Column::LastSummary, Expr::value(seen.summary.as_str()))
        .col_expr(Column::LastSyncedAt, Expr::value(micros(now)))
        .col_expr(Column::JiraUpdatedAt, Expr::value(updated))
        .col_expr(Column::GoneSince, Expr::value(None::<DateTime<Utc>>))
        .exec(tx.inner())
        .await?;
    Ok(())
}

/// Narrows a statement to one row.
fn one<S: sea_orm::QueryFilter>(row: &Model, statement: S) -> S {
    statement
        .filter(Column::Team.eq(row.team.as_str()))
        .filter(Column::Channel.eq(row.channel.as_str()))
        .filter(Column::IssueKey.eq(row.issue_key.as_str()))
}
