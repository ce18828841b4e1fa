//! Claiming what a crash or a failure left, and settling it.
//!
//! The owner's name tells the two apart: it stays when a process dies, and goes when a handler fails.

use chrono::{DateTime, Utc};
use maro_core::inbox::{InboxKind, MAX_ATTEMPTS};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    UpdateMany,
};

use super::Delivery;
use crate::entities::inbox::{Column, Entity, Model};
use crate::row::{SET_ASIDE, micros, moment, readable, word};
use crate::store::sealed::Sealed as _;
use crate::{Store, StoreError, Tx};

/// The owner of a delivery that waits for its next try.
pub(super) const NOBODY: &str = "";
/// The epoch of the claim that a delivery is stored with.
pub(super) const FIRST_EPOCH: i64 = 1;
/// Longest error that is kept, in characters.
const LONGEST_ERROR: usize = 1_000;
/// Both conditions, because SQLite sees only in the second that the index of open rows will do.
const OPEN: &str = "state = 'open' AND state <> 'done'";

/// Claims open deliveries whose claim ran out or whose next try is due. Each goes to one worker.
///
/// One that was begun too often and never finished is dead instead, or it could bring down one
/// process after another. One that cannot be read is set aside.
pub async fn claim_due(
    store: &Store,
    owner: &str,
    now: DateTime<Utc>,
    lease_until: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<Delivery>, StoreError> {
    let tx = store.begin().await?;
    let rows = due_rows(&tx, now, limit).await?;
    if rows.is_empty() {
        tx.rollback().await?;
        return Ok(Vec::new());
    }
    let (endless, rows) = rows.into_iter().partition(is_endless);
    bury(&tx, endless).await?;
    let (due, unreadable) = readable::<Model, Delivery, _>(rows, |row| row.id.clone());
    set_aside(&tx, unreadable, now).await?;
    let ids = due.into_iter().map(|delivery| delivery.id).collect();
    let deliveries = take(&tx, ids, owner, lease_until).await?;
    tx.commit().await?;
    Ok(deliveries)
}

/// Reads deliveries again that `owner` stored and has not begun, and holds them anew. What somebody
/// else claimed meanwhile is left out.
pub async fn take_back(
    store: &Store,
    ids: Vec<String>,
    owner: &str,
    lease_until: DateTime<Utc>,
) -> Result<Vec<Delivery>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows = Entity::update_many()
        .col_expr(Column::NextAt, Expr::value(micros(lease_until)))
        .filter(Column::Id.is_in(ids))
        .filter(Column::Owner.eq(owner))
        .filter(Column::LeaseEpoch.eq(FIRST_EPOCH))
        .filter(Column::State.eq("open"))
        .exec_with_returning(store.writer())
        .await?;
    let (mut deliveries, _) = readable::<Model, Delivery, _>(rows, |row| row.id.clone());
    sort(&mut deliveries);
    Ok(deliveries)
}

fn sort(deliveries: &mut [Delivery]) {
    deliveries.sort_by(|a, b| (a.received_at, &a.id).cmp(&(b.received_at, &b.id)));
}

async fn take(
    tx: &Tx,
    ids: Vec<String>,
    owner: &str,
    lease_until: DateTime<Utc>,
) -> Result<Vec<Delivery>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows = Entity::update_many()
        .col_expr(Column::Owner, Expr::value(owner))
        .col_expr(Column::Attempts, Expr::cust("attempts + 1"))
        .col_expr(Column::LeaseEpoch, Expr::cust("lease_epoch + 1"))
        .col_expr(Column::NextAt, Expr::value(micros(lease_until)))
        .filter(Column::Id.is_in(ids))
        .exec_with_returning(tx.inner())
        .await?;
    let mut deliveries = rows
        .into_iter()
        .map(Delivery::try_from)
        .collect::<Result<Vec<_>, _>>()?;
    sort(&mut deliveries);
    Ok(deliveries)
}

async fn due_rows(tx: &Tx, now: DateTime<Utc>, limit: u64) -> Result<Vec<Model>, StoreError> {
    let query = Entity::find()
        .filter(Expr::cust(OPEN))
        .filter(Column::NextAt.lte(micros(now)))
        .order_by_asc(Column::NextAt)
        .limit(limit);
    let query = tx.locked_or_skipped(query);
    Ok(query.all(tx.inner()).await?)
}

/// Whether its last worker vanished, as those before it may have, and it had tries enough.
fn is_endless(row: &Model) -> bool {
    row.owner != NOBODY && row.attempts >= MAX_ATTEMPTS
}

async fn bury(tx: &Tx, endless: Vec<Model>) -> Result<(), StoreError> {
    for row in endless {
        let error = format!("handling never finished {} times", row.attempts);
        tracing::error!(delivery.id = %row.id, delivery.kind = %row.kind, "{error}");
        claimed(&row.id, row.lease_epoch)
            .col_expr(Column::State, Expr::value("dead"))
            .col_expr(Column::LastError, Expr::value(error))
            .col_expr(Column::LeaseEpoch, Expr::cust("lease_epoch + 1"))
            .exec(tx.inner())
            .await?;
    }
    Ok(())
}

async fn set_aside(tx: &Tx, ids: Vec<String>, now: DateTime<Utc>) -> Result<(), StoreError> {
    if ids.is_empty() {
        return Ok(());
    }
    Entity::update_many()
        .col_expr(Column::NextAt, Expr::value(micros(now + SET_ASIDE)))
        .filter(Column::Id.is_in(ids))
        .exec(tx.inner())
        .await?;
    Ok(())
}

/// Settles a delivery in the transaction of its use case. Returns `false` when somebody else has,
/// or has claimed it since; then the use case must not commit.
pub async fn settle(tx: &Tx, id: &str, epoch: i64) -> Result<bool, StoreError> {
    let settled = claimed(id, epoch)
        .col_expr(Column::State, Expr::value("done"))
        .col_expr(Column::Payload, Expr::value(""))
        .exec(tx.inner())
        .await?;
    Ok(settled.rows_affected == 1)
}

/// Notes a failure and ends the claim: tried again at `next_at`, or dead without one.
pub async fn fail(
    store: &Store,
    id: &str,
    epoch: i64,
    error: &str,
    next_at: Option<DateTime<Utc>>,
) -> Result<bool, StoreError> {
    let error: String = error.chars().take(LONGEST_ERROR).collect();
    let update = claimed(id, epoch)
        .col_expr(Column::LastError, Expr::value(error))
        .col_expr(Column::Owner, Expr::value(NOBODY))
        .col_expr(Column::LeaseEpoch, Expr::cust("lease_epoch + 1"));
    let update = match next_at {
        Some(at) => update.col_expr(Column::NextAt, Expr::value(micros(at))),
        None => update.col_expr(Column::State, Expr::value("dead")),
    };
    Ok(update.exec(store.writer()).await?.rows_affected == 1)
}

/// When the next claim runs out or the next try is due.
pub async fn next_due(store: &Store) -> Result<Option<DateTime<Utc>>, StoreError> {
    let text = format!("SELECT MIN(next_at) FROM inbox WHERE {OPEN}");
    moment(store.inner(), &text).await
}

fn claimed(id: &str, epoch: i64) -> UpdateMany<Entity> {
    Entity::update_many()
        .filter(Column::Id.eq(id))
        .filter(Column::LeaseEpoch.eq(epoch))
        .filter(Column::State.eq("open"))
}

impl TryFrom<Model> for Delivery {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        Ok(Self {
            kind: word(InboxKind::parse, &row.kind, "kind of a delivery")?,
            id: row.id,
            payload: row.payload,
            attempts: row.attempts,
            lease_epoch: row.lease_epoch,
            received_at: row.received_at,
        })
    }
}
