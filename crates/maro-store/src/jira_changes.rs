//! Issues that may have changed: one row each, however many say so, until Jira was asked.
//!
//! **Invariant:** a hint that comes while its issue is being read keeps the row, and the issue is
//! read once more: what was read may be older than the change that the hint tells of.

use chrono::{DateTime, Utc};
use sea_orm::ConnectionTrait as _;

use crate::row::{is_due, micros, moment, sql};
use crate::store::sealed::Sealed as _;
use crate::{Store, StoreError, Tx};

/// An issue to read, claimed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Jira's number of the issue.
    pub issue_id: String,
    /// Counts the hints; a claim is settled only if no further one came.
    pub seq: i64,
    /// Whether it is read by itself, because it is probably gone and would spoil a search.
    pub alone: bool,
    /// How often it was tried, this time included.
    pub attempts: i64,
}

const NOTE: &str = "INSERT INTO jira_changes (issue_id, seq, taken, alone, attempts, due_at)
    VALUES ($1, 1, FALSE, $2, 0, $3)
    ON CONFLICT (issue_id) DO UPDATE SET
        seq = jira_changes.seq + 1, taken = FALSE, alone = excluded.alone OR jira_changes.alone,
        attempts = 0, due_at = excluded.due_at
    WHERE jira_changes.taken OR (excluded.alone AND NOT jira_changes.alone)";

/// Notes that an issue may have changed; it is read at `due_at`, or sooner if it waits already.
pub async fn note(
    store: &Store,
    issue_id: &str,
    alone: bool,
    due_at: DateTime<Utc>,
) -> Result<(), StoreError> {
    // Most events of a burst end here, without a write.
    if !alone && is_waiting(store, issue_id).await? {
        return Ok(());
    }
    let conn = store.writer();
    let values = [issue_id.into(), alone.into(), micros(due_at).into()];
    conn.execute_raw(sql(conn.get_database_backend(), NOTE, values))
        .await?;
    Ok(())
}

async fn is_waiting(store: &Store, issue_id: &str) -> Result<bool, StoreError> {
    let text = "SELECT 1 FROM jira_changes WHERE issue_id = $1 AND NOT taken";
    let conn = store.inner();
    let row = conn
        .query_one_raw(sql(conn.get_database_backend(), text, [issue_id.into()]))
        .await?;
    Ok(row.is_some())
}

/// Claims what is due until `lease_until`; after that it is due again.
pub async fn claim_due(
    store: &Store,
    now: DateTime<Utc>,
    lease_until: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Change>, StoreError> {
    if !is_due(next_due(store).await?, now) {
        return Ok(Vec::new());
    }
    let skip = store.skip_locked();
    let text = format!(
        "UPDATE jira_changes SET taken = TRUE, attempts = attempts + 1, due_at = $1
        WHERE issue_id IN (SELECT issue_id FROM jira_changes WHERE due_at <= $2
            ORDER BY due_at LIMIT $3 {skip})
        RETURNING issue_id, seq, alone, attempts"
    );
    let conn = store.writer();
    let values = [micros(lease_until).into(), micros(now).into(), limit.into()];
    let rows = conn
        .query_all_raw(sql(conn.get_database_backend(), &text, values))
        .await?;
    let mut claimed = Vec::with_capacity(rows.len());
    for row in rows {
        claimed.push(Change {
            issue_id: row.try_get_by_index(0)?,
            seq: row.try_get_by_index(1)?,
            alone: row.try_get_by_index(2)?,
            attempts: row.try_get_by_index(3)?,
        });
    }
    claimed.sort_by(|a, b| a.issue_id.cmp(&b.issue_id));
    Ok(claimed)
}

/// The issue was read. Returns `false` when a hint came since; then it is read again.
pub async fn settle(tx: &Tx, change: &Change) -> Result<bool, StoreError> {
    let text = "DELETE FROM jira_changes WHERE issue_id = $1 AND seq = $2";
    run(
        tx,
        text,
        [change.issue_id.as_str().into(), change.seq.into()],
    )
    .await
}

/// The issue could not be read; it is tried again at `due_at`.
pub async fn postpone(
    tx: &Tx,
    change: &Change,
    alone: bool,
    due_at: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let text = "UPDATE jira_changes SET due_at = $3, alone = $4 WHERE issue_id = $1 AND seq = $2";
    let values = [
        change.issue_id.as_str().into(),
        change.seq.into(),
        micros(due_at).into(),
        alone.into(),
    ];
    run(tx, text, values).await
}

/// When the next issue is due.
pub async fn next_due(store: &Store) -> Result<Option<DateTime<Utc>>, StoreError> {
    moment(store.inner(), "SELECT MIN(due_at) FROM jira_changes").await
}

async fn run<const N: usize>(
    tx: &Tx,
    text: &str,
    values: [sea_orm::Value; N],
) -> Result<bool, StoreError> {
    let conn = tx.inner();
    let done = conn
        .execute_raw(sql(conn.get_database_backend(), text, values))
        .await?;
    Ok(done.rows_affected() == 1)
}
