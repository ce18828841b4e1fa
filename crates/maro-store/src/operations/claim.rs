//! Claims: the only way to come by the value that allows a send.
//!
//! **Invariant:** a claim is committed before it is returned. A crash after that leaves a row in
//! `sending`, which goes to `unknown` and never straight back to `prepared`.
//!
//! An operation that cannot be read is set aside unclaimed, and stops no other.

use chrono::{DateTime, Utc};
use maro_core::operations::{Operation, OperationState};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, UpdateMany,
};
use uuid::Uuid;

use crate::entities::jira_operation::{Column, Entity};
use crate::row::{SET_ASIDE, micros, readable};
use crate::store::sealed::Sealed as _;
use crate::{Store, StoreError, Tx};

/// The proof that an operation is claimed for sending, and that the claim is durable.
#[derive(Debug)]
pub struct ClaimedSend {
    operation: Operation,
}

impl ClaimedSend {
    /// The operation, as it was claimed.
    #[must_use]
    pub fn operation(&self) -> &Operation {
        &self.operation
    }

    /// The epoch of the claim.
    #[must_use]
    pub fn epoch(&self) -> i64 {
        self.operation.lease_epoch
    }
}

/// The proof that an operation is claimed for a search.
#[derive(Debug)]
pub struct ClaimedSearch {
    operation: Operation,
}

impl ClaimedSearch {
    /// The operation, as it was claimed.
    #[must_use]
    pub fn operation(&self) -> &Operation {
        &self.operation
    }

    /// The epoch of the claim.
    #[must_use]
    pub fn epoch(&self) -> i64 {
        self.operation.lease_epoch
    }
}

/// Claims prepared operations that are due. Each is handed to one worker, once.
pub async fn claim_to_send(
    store: &Store,
    owner: &str,
    now: DateTime<Utc>,
    lease_until: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<ClaimedSend>, StoreError> {
    let tx = store.begin().await?;
    let prepared = Column::State.eq(OperationState::Prepared.as_str());
    let due = Condition::all()
        .add(prepared)
        .add(Column::NextAt.lte(micros(now)));
    let ids = pick(&tx, due, limit, now).await?;
    let started = Claim {
        owner,
        lease_until,
        sent_at: Some(now),
    };
    let operations = take(&tx, &ids, &started, now).await?;
    tx.commit().await?;
    Ok(operations
        .into_iter()
        .map(|operation| ClaimedSend { operation })
        .collect())
}

/// Claims operations of unknown outcome whose next search is due.
pub async fn claim_to_search(
    store: &Store,
    owner: &str,
    now: DateTime<Utc>,
    lease_until: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<ClaimedSearch>, StoreError> {
    let tx = store.begin().await?;
    let unclear = [OperationState::Unknown, OperationState::NeedsHuman];
    let free = Condition::any()
        .add(Column::LeaseUntil.is_null())
        .add(Column::LeaseUntil.lte(micros(now)));
    let due = Condition::all()
        .add(Column::State.is_in(unclear.map(OperationState::as_str)))
        .add(Column::NextAt.lte(micros(now)))
        .add(free);
    let ids = pick(&tx, due, limit, now).await?;
    let claim = Claim {
        owner,
        lease_until,
        sent_at: None,
    };
    let operations = take(&tx, &ids, &claim, now).await?;
    tx.commit().await?;
    Ok(operations
        .into_iter()
        .map(|operation| ClaimedSearch { operation })
        .collect())
}

/// Sends whose lease ran out: nobody knows any more what became of them.
pub async fn expired_sends(
    store: &Store,
    now: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<Operation>, StoreError> {
    let rows = Entity::find()
        .filter(Column::State.eq(OperationState::Sending.as_str()))
        .filter(Column::LeaseUntil.lte(micros(now)))
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(store.inner())
        .await?;
    let (operations, unreadable) = readable(rows, |row| row.id);
    if !unreadable.is_empty() {
        later(unreadable, Column::LeaseUntil, now)
            .filter(Column::State.eq(OperationState::Sending.as_str()))
            .filter(Column::LeaseUntil.lte(micros(now)))
            .exec(store.writer())
            .await?;
    }
    Ok(operations)
}

struct Claim<'a> {
    owner: &'a str,
    lease_until: DateTime<Utc>,
    /// Set when bytes may leave.
    sent_at: Option<DateTime<Utc>>,
}

/// Holds due operations and returns those that can be read.
async fn pick(
    tx: &Tx,
    due: Condition,
    limit: u64,
    now: DateTime<Utc>,
) -> Result<Vec<Uuid>, StoreError> {
    let query = Entity::find()
        .filter(due)
        .order_by_asc(Column::NextAt)
        .order_by_asc(Column::Id)
        .limit(limit);
    let query = tx.locked_or_skipped(query);
    let rows = query.all(tx.inner()).await?;
    let (operations, unreadable) = readable::<_, Operation, _>(rows, |row| row.id);
    if !unreadable.is_empty() {
        later(unreadable, Column::NextAt, now)
            .exec(tx.inner())
            .await?;
    }
    Ok(operations.iter().map(|operation| operation.id.0).collect())
}

/// Sets operations that cannot be read aside.
fn later(ids: Vec<Uuid>, column: Column, now: DateTime<Utc>) -> UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(column, Expr::value(micros(now + SET_ASIDE)))
        .filter(Column::Id.is_in(ids))
}

async fn take(
    tx: &Tx,
    ids: &[Uuid],
    claim: &Claim<'_>,
    now: DateTime<Utc>,
) -> Result<Vec<Operation>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut update = Entity::update_many()
        .col_expr(Column::Owner, Expr::value(claim.owner))
        .col_expr(Column::LeaseEpoch, Expr::cust("lease_epoch + 1"))
        .col_expr(Column::LeaseUntil, Expr::value(micros(claim.lease_until)))
        .col_expr(Column::UpdatedAt, Expr::value(micros(now)));
    if let Some(sent_at) = claim.sent_at {
        update = update
            .col_expr(Column::State, Expr::value(OperationState::Sending.as_str()))
            .col_expr(Column::SendStartedAt, Expr::value(micros(sent_at)));
    }
    let rows = update
        .filter(Column::Id.is_in(ids.iter().copied()))
        .exec_with_returning(tx.inner())
        .await?;
    let mut operations = rows
        .into_iter()
        .map(Operation::try_from)
        .collect::<Result<Vec<_>, _>>()?;
    operations.sort_by_key(|operation| operation.id);
    Ok(operations)
}
