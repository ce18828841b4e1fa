//! Dead letters of one subject: what stands for all of them, and what a newer message makes needless.

use maro_core::ids::OutboxId;
use maro_core::outbox::{OutboxMessage, OutboxState};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect};
use uuid::Uuid;

use super::settle::{settle, to_state};
use crate::entities::outbox::{Column, Entity, Model};
use crate::row::readable;
use crate::store::sealed::Sealed as _;
use crate::{StoreError, Tx};

/// More than a subject has, unless something is wrong with all of them.
const MOST: u64 = 100;

/// The dead letters of a subject, the newest first. Those that cannot be read are left out.
pub async fn dead_of_subject(tx: &Tx, subject: &str) -> Result<Vec<OutboxMessage>, StoreError> {
    let rows = Entity::find()
        .filter(Column::Subject.eq(subject))
        // A text and not a parameter, or SQLite would not use the index of dead letters.
        .filter(Expr::cust("state = 'dead'"))
        .order_by_desc(Column::Seq)
        .limit(MOST)
        .all(tx.inner())
        .await?;
    let (dead, _) = readable::<Model, OutboxMessage, Uuid>(rows, |row| row.id);
    Ok(dead)
}

/// Makes dead letters needless, since a newer message shows what they would show.
pub async fn collapse_dead(tx: &Tx, ids: &[OutboxId]) -> Result<(), StoreError> {
    if ids.is_empty() {
        return Ok(());
    }
    to_state(OutboxState::Collapsed)
        .filter(Column::Id.is_in(ids.iter().map(|id| id.0)))
        .filter(Column::State.eq(OutboxState::Dead.as_str()))
        .exec(tx.inner())
        .await?;
    Ok(())
}

/// What this message says stands in a dead letter already; `error` is why it did not go out.
pub async fn settle_collapsed(
    tx: &Tx,
    id: OutboxId,
    epoch: i64,
    error: &str,
) -> Result<bool, StoreError> {
    let update = to_state(OutboxState::Collapsed).col_expr(Column::LastError, Expr::value(error));
    settle(tx, update, id, epoch).await
}
