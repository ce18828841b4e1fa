//! What comes after a delivery: done, again later, never, or a person tries anew.

use chrono::{DateTime, Utc};
use maro_core::ids::OutboxId;
use maro_core::outbox::OutboxState;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    UpdateMany,
};
use uuid::Uuid;

use super::fit::collapse_outdated;
use crate::entities::outbox::{Column, Entity};
use crate::entities::outbox_destination;
use crate::row::micros;
use crate::store::sealed::Sealed as _;
use crate::{StoreError, Tx};

/// More than this is left to a person.
const MOST_REPLAYED: u64 = 1_000;

/// Slack has the message; `reference` is the timestamp it gave.
pub async fn settle_delivered(
    tx: &Tx,
    id: OutboxId,
    epoch: i64,
    reference: Option<&str>,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let update = to_state(OutboxState::Delivered)
        .col_expr(Column::Reference, Expr::value(reference.map(str::to_owned)))
        .col_expr(Column::DeliveredAt, Expr::value(micros(now)));
    settle(tx, update, id, epoch).await
}

/// Tries again at `next_at`. `unclear`: this try may have arrived; what an earlier one left unclear
/// stays so. An edit that a newer one outdates by now is collapsed instead.
pub async fn settle_retry(
    tx: &Tx,
    id: OutboxId,
    epoch: i64,
    next_at: DateTime<Utc>,
    error: &str,
    unclear: bool,
) -> Result<bool, StoreError> {
    let update = to_state(OutboxState::Pending)
        .col_expr(Column::NextAt, Expr::value(micros(next_at)))
        .col_expr(Column::LastError, Expr::value(error));
    let settled = settle(tx, noting(update, unclear), id, epoch).await?;
    if settled {
        collapse_outdated(tx, vec![id.0]).await?;
    }
    Ok(settled)
}

/// Gives up; the message becomes a dead letter, and the next of its subject may go out. `unclear`
/// as for [`settle_retry`], since a person may replay it.
pub async fn settle_dead(
    tx: &Tx,
    id: OutboxId,
    epoch: i64,
    error: &str,
    unclear: bool,
) -> Result<bool, StoreError> {
    let update = to_state(OutboxState::Dead).col_expr(Column::LastError, Expr::value(error));
    settle(tx, noting(update, unclear), id, epoch).await
}

/// Lets nothing out to a destination until then; a longer pause that is on already stays.
pub async fn pause(
    tx: &Tx,
    destination: &str,
    until: DateTime<Utc>,
    reason: &str,
) -> Result<(), StoreError> {
    let until = micros(until);
    outbox_destination::Entity::update_many()
        .col_expr(outbox_destination::Column::NextAt, Expr::value(until))
        .col_expr(outbox_destination::Column::Reason, Expr::value(reason))
        .filter(outbox_destination::Column::Destination.eq(destination))
        .filter(outbox_destination::Column::NextAt.lt(until))
        .exec(tx.inner())
        .await?;
    Ok(())
}

/// Tries a dead letter anew; an edit that is outdated is collapsed instead, so that no old button
/// comes back. Returns `false` when the message is not dead.
pub async fn replay(tx: &Tx, id: OutboxId, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let changed = to_state(OutboxState::Pending)
        .col_expr(Column::Attempts, Expr::value(0))
        .col_expr(Column::NextAt, Expr::value(micros(now)))
        .filter(Column::Id.eq(id.0))
        .filter(Column::State.eq(OutboxState::Dead.as_str()))
        .exec(tx.inner())
        .await?;
    let replayed = changed.rows_affected == 1;
    if replayed {
        collapse_outdated(tx, vec![id.0]).await?;
    }
    Ok(replayed)
}

/// Tries the dead letters of a workspace anew whose error begins so, oldest first. Returns how many.
pub async fn replay_of_team(
    tx: &Tx,
    team: &str,
    error: &str,
    now: DateTime<Utc>,
) -> Result<usize, StoreError> {
    let ids: Vec<Uuid> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::Team.eq(team))
        .filter(Column::State.eq(OutboxState::Dead.as_str()))
        .filter(Column::LastError.starts_with(error))
        .order_by_asc(Column::Seq)
        .limit(MOST_REPLAYED)
        .into_tuple()
        .all(tx.inner())
        .await?;
    let mut replayed = 0;
    for id in ids {
        replayed += usize::from(replay(tx, OutboxId(id), now).await?);
    }
    Ok(replayed)
}

pub(super) fn to_state(state: OutboxState) -> UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(Column::State, Expr::value(state.as_str()))
        .col_expr(Column::Owner, Expr::value(None::<String>))
}

/// An unclear try is noted, and a clear one forgets none: both may have arrived.
fn noting(update: UpdateMany<Entity>, unclear: bool) -> UpdateMany<Entity> {
    if unclear {
        update.col_expr(Column::Unclear, Expr::value(true))
    } else {
        update
    }
}

pub(super) async fn settle(
    tx: &Tx,
    update: UpdateMany<Entity>,
    id: OutboxId,
    epoch: i64,
) -> Result<bool, StoreError> {
    let changed = update
        .filter(Column::Id.eq(id.0))
        .filter(Column::State.eq(OutboxState::Sending.as_str()))
        .filter(Column::LeaseEpoch.eq(epoch))
        .exec(tx.inner())
        .await?;
    Ok(changed.rows_affected == 1)
}
