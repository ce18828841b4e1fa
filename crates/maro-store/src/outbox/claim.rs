//! Claiming messages: in order per subject, paced per destination, over several instances.
//!
//! Whoever claims holds the destination's row, so two instances never pace the same channel.
//!
//! **Invariant:** a claim holds every row it writes before it writes the first, and passes over what
//! others hold. It waits for nobody, so it is part of no deadlock.

use chrono::{DateTime, Duration, Utc};
use maro_core::outbox::OutboxMessage;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, FromQueryResult, QueryFilter as _,
};
use uuid::Uuid;

use super::destinations;
use super::fit::{UNSETTLED, fit_to_go};
use crate::entities::{outbox, outbox_destination};
use crate::row::{micros, sql};
use crate::store::sealed::Sealed as _;
use crate::{Store, StoreError, Tx};

/// A message `m` that may go out at `$1`. The end of a claim is kept in `next_at` too.
const DUE: &str = "m.state IN ('pending', 'sending') AND m.next_at <= $1
    AND NOT EXISTS (SELECT 1 FROM outbox older
        WHERE older.subject = m.subject AND older.seq < m.seq
        AND older.state IN ('pending', 'sending'))";

/// Claims messages that are due: one for each paced destination, any number for others.
pub async fn claim_due(
    store: &Store,
    owner: &str,
    now: DateTime<Utc>,
    lease_until: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<OutboxMessage>, StoreError> {
    let now = micros(now);
    destinations::complete(store).await?;
    let tx = store.begin().await?;
    let destinations = free_destinations(&tx, now, limit).await?;
    if destinations.is_empty() {
        tx.rollback().await?;
        return Ok(Vec::new());
    }
    let mut due = due_messages(&tx, &destinations, now, limit).await?;
    let fit = fit_to_go(&tx, due.iter().map(|message| message.id), now).await?;
    due.retain(|message| fit.contains(&message.id));
    pace(&tx, &due, now).await?;
    let ids = due.iter().map(|message| message.id).collect();
    let messages = take(&tx, ids, owner, lease_until).await?;
    tx.commit().await?;
    Ok(messages)
}

/// A destination that nobody keeps busy, and its pace; zero is none.
#[derive(Debug, FromQueryResult)]
struct Free {
    destination: String,
    pace_ms: i64,
}

/// Picks destinations that are free and have something due, and holds their rows.
async fn free_destinations(
    tx: &Tx,
    now: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<Free>, StoreError> {
    let lock = if tx.locks_rows() {
        "FOR UPDATE OF d SKIP LOCKED"
    } else {
        ""
    };
    let text = format!(
        "SELECT d.destination, d.pace_ms FROM outbox_destinations d
         WHERE d.next_at <= $1
         AND EXISTS (SELECT 1 FROM outbox m WHERE m.destination = d.destination AND {DUE})
         ORDER BY d.next_at, d.destination LIMIT $2 {lock}"
    );
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let backend = tx.inner().get_database_backend();
    let statement = sql(backend, &text, [now.into(), limit.into()]);
    Ok(Free::find_by_statement(statement).all(tx.inner()).await?)
}

#[derive(Debug, FromQueryResult)]
struct Due {
    id: Uuid,
    seq: i64,
    destination: String,
    pace_ms: i64,
}

/// A second look, now that the destinations are held: what others claimed meanwhile is gone.
///
/// Each destination is asked for no more than it may get, oldest first, so that a long backlog does
/// not make every look at it slow.
async fn due_messages(
    tx: &Tx,
    destinations: &[Free],
    now: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<Due>, StoreError> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut values: Vec<sea_orm::Value> = vec![now.into()];
    let mut parts = Vec::new();
    for free in destinations {
        let most = if free.pace_ms > 0 { 1 } else { limit };
        let place = values.len() + 1;
        parts.push(format!(
            "SELECT * FROM (
                 SELECT m.id, m.seq, m.destination, CAST(${} AS BIGINT) AS pace_ms FROM outbox m
                 WHERE m.destination = ${place} AND {DUE}
                 ORDER BY m.next_at, m.seq LIMIT ${}
             ) AS due_{place}",
            place + 1,
            place + 2
        ));
        let destination = free.destination.as_str();
        values.extend([destination.into(), free.pace_ms.into(), most.into()]);
    }
    let text = parts.join(" UNION ALL ");
    let backend = tx.inner().get_database_backend();
    let statement = sea_orm::Statement::from_sql_and_values(backend, text, values);
    let mut due = Due::find_by_statement(statement).all(tx.inner()).await?;
    due.sort_unstable_by_key(|message| message.seq);
    due.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(due)
}

/// Keeps the destinations of paced messages busy for one pace.
async fn pace(tx: &Tx, due: &[Due], now: DateTime<Utc>) -> Result<(), StoreError> {
    let mut paces: Vec<i64> = due
        .iter()
        .map(|m| m.pace_ms)
        .filter(|pace| *pace > 0)
        .collect();
    paces.sort_unstable();
    paces.dedup();
    for pace in paces {
        let busy = due
            .iter()
            .filter(|m| m.pace_ms == pace)
            .map(|m| m.destination.as_str());
        let next_at = now + Duration::milliseconds(pace);
        outbox_destination::Entity::update_many()
            .col_expr(outbox_destination::Column::NextAt, Expr::value(next_at))
            .col_expr(
                outbox_destination::Column::Reason,
                Expr::value(None::<String>),
            )
            .filter(outbox_destination::Column::Destination.is_in(busy))
            .exec(tx.inner())
            .await?;
    }
    Ok(())
}

async fn take(
    tx: &Tx,
    ids: Vec<Uuid>,
    owner: &str,
    lease_until: DateTime<Utc>,
) -> Result<Vec<OutboxMessage>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut rows = outbox::Entity::update_many()
        // Right-hand sides see the row as it was, whatever their order.
        .col_expr(
            outbox::Column::Unclear,
            Expr::cust("unclear OR state = 'sending'"),
        )
        .col_expr(
            outbox::Column::Vanished,
            Expr::cust("CASE WHEN state = 'sending' THEN vanished + 1 ELSE 0 END"),
        )
        .col_expr(outbox::Column::State, Expr::value("sending"))
        .col_expr(outbox::Column::Attempts, Expr::cust("attempts + 1"))
        .col_expr(outbox::Column::LeaseEpoch, Expr::cust("lease_epoch + 1"))
        .col_expr(outbox::Column::Owner, Expr::value(owner))
        .col_expr(outbox::Column::NextAt, Expr::value(micros(lease_until)))
        .filter(outbox::Column::Id.is_in(ids))
        .filter(outbox::Column::State.is_in(UNSETTLED))
        .exec_with_returning(tx.inner())
        .await?;
    rows.sort_unstable_by_key(|row| row.seq);
    rows.into_iter().map(OutboxMessage::try_from).collect()
}
