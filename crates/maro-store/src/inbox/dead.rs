//! Deliveries that failed for good, and old ones that are deleted.

use chrono::{DateTime, TimeDelta, Utc};
use maro_core::inbox::InboxKind;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait as _, PaginatorTrait as _, QueryFilter,
    QueryOrder as _, QuerySelect as _, QueryTrait as _,
};

use super::claim::NOBODY;
use crate::entities::inbox::{Column, Entity, Model};
use crate::page::moment_cursor;
use crate::row::{micros, word};
use crate::store::sealed::Sealed as _;
use crate::{Page, PageRequest, Store, StoreError, Tx};

/// The second condition lets SQLite use the index of rows that are not done.
const DEAD: &str = "state = 'dead' AND state <> 'done'";
/// How much longer the content of a dead letter is kept than a delivery that is done.
const DEAD_KEPT_LONGER: TimeDelta = TimeDelta::days(27);
const EMPTIED: &str = "COALESCE(last_error, 'failed') \
    || ' (its content was deleted, so it cannot be tried anew)'";
const OPEN: &str = "state = 'open' AND state <> 'done'";

/// A delivery that failed for good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadDelivery {
    /// Its identity at the sender.
    pub id: String,
    /// Which door it came through.
    pub kind: InboxKind,
    /// How often it was begun.
    pub attempts: i32,
    /// The last error.
    pub last_error: Option<String>,
    /// When it arrived.
    pub received_at: DateTime<Utc>,
}

/// A page of dead letters, newest first.
pub async fn page(store: &Store, page: &PageRequest) -> Result<Page<DeadDelivery>, StoreError> {
    let older = page.after_moment()?.map(|(at, id)| {
        let tie = Condition::all()
            .add(Column::ReceivedAt.eq(at))
            .add(Column::Id.lt(id));
        Condition::any().add(Column::ReceivedAt.lt(at)).add(tie)
    });
    let rows = Entity::find()
        .filter(Expr::cust(DEAD))
        .apply_if(older, QueryFilter::filter)
        .order_by_desc(Column::ReceivedAt)
        .order_by_desc(Column::Id)
        .limit(page.rows_and_one())
        .all(store.inner())
        .await?;
    Ok(page.read(rows, |row| moment_cursor(row.received_at, &row.id)))
}

/// How many deliveries failed for good.
pub async fn count_dead(store: &Store) -> Result<i64, StoreError> {
    count(store, DEAD).await
}

/// How many deliveries are under way or wait for another try.
pub async fn count_open(store: &Store) -> Result<i64, StoreError> {
    count(store, OPEN).await
}

async fn count(store: &Store, condition: &'static str) -> Result<i64, StoreError> {
    let count = Entity::find()
        .filter(Expr::cust(condition))
        .count(store.inner())
        .await?;
    Ok(i64::try_from(count).unwrap_or(i64::MAX))
}

/// Tries a dead letter anew. Returns `false` when the delivery is not dead, or its content is gone.
pub async fn replay(tx: &Tx, id: &str, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let changed = Entity::update_many()
        .col_expr(Column::State, Expr::value("open"))
        .col_expr(Column::Attempts, Expr::value(0))
        .col_expr(Column::NextAt, Expr::value(micros(now)))
        .col_expr(Column::Owner, Expr::value(NOBODY))
        .filter(Column::Id.eq(id))
        .filter(Column::State.eq("dead"))
        .filter(Column::Payload.ne(""))
        .exec(tx.inner())
        .await?;
    Ok(changed.rows_affected == 1)
}

/// Deletes up to `limit` old deliveries that are done. Dead letters stay, but what is in them goes
/// too, 27 days later: with done ones kept for 3 days, it is kept for 30.
pub async fn delete_done_before(
    store: &Store,
    before: DateTime<Utc>,
    limit: u64,
) -> Result<u64, StoreError> {
    empty_dead_before(store, before - DEAD_KEPT_LONGER, limit).await?;
    // Found by a reader, so that a long look does not keep deliveries waiting.
    let ids: Vec<String> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::State.eq("done"))
        .filter(Column::ReceivedAt.lt(micros(before)))
        .limit(limit.min(10_000))
        .into_tuple()
        .all(store.inner())
        .await?;
    if ids.is_empty() {
        return Ok(0);
    }
    let old = Entity::delete_many()
        .filter(Column::Id.is_in(ids))
        .filter(Column::State.eq("done"));
    Ok(old.exec(store.writer()).await?.rows_affected)
}

/// A dead letter holds what people wrote, and nobody tries it anew after so long.
async fn empty_dead_before(
    store: &Store,
    before: DateTime<Utc>,
    limit: u64,
) -> Result<(), StoreError> {
    let ids: Vec<String> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Expr::cust(DEAD))
        .filter(Column::ReceivedAt.lt(micros(before)))
        .filter(Column::Payload.ne(""))
        .limit(limit.min(10_000))
        .into_tuple()
        .all(store.inner())
        .await?;
    if ids.is_empty() {
        return Ok(());
    }
    Entity::update_many()
        .col_expr(Column::Payload, Expr::value(""))
        .col_expr(Column::LastError, Expr::cust(EMPTIED))
        .filter(Column::Id.is_in(ids))
        .filter(Column::State.eq("dead"))
        .exec(store.writer())
        .await?;
    Ok(())
}

impl TryFrom<Model> for DeadDelivery {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        Ok(Self {
            kind: word(InboxKind::parse, &row.kind, "kind of a delivery")?,
            id: row.id,
            attempts: row.attempts,
            last_error: row.last_error,
            received_at: row.received_at,
        })
    }
}
