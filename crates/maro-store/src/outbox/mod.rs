//! The outbox: messages, in the transaction that decided them, until Slack has taken them.
//!
//! **Invariants**
//! * Of one subject only the oldest unsettled message can be claimed, so messages keep their order.
//! * Of one paced destination one message is claimed per pace, over all instances.
//! * A message whose claim ran out is `unclear`: it may have arrived.

mod claim;
mod query;
mod rows;
mod settle;

use chrono::DateTime;
use maro_core::outbox::{NewMessage, OutboxState};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _};

use crate::entities::{outbox, outbox_destination};
use crate::store::sealed::Sealed as _;
use crate::{StoreError, Tx};

pub use claim::claim_due;
pub use query::{OutboxFilter, count_by_state, delete_settled_before, find, next_due, page};
pub use settle::{pause, replay, settle_dead, settle_delivered, settle_retry};

/// Stores a message. Pending messages with the same collapse key become needless.
pub async fn enqueue(tx: &Tx, message: &NewMessage) -> Result<(), StoreError> {
    let row = rows::row_of(message);
    if let Some(key) = &row.collapse_key {
        collapse(tx, key).await?;
    }
    ensure_destination(tx, message, &row.destination).await?;
    outbox::Entity::insert(row.into_active_model())
        .exec_without_returning(tx.inner())
        .await?;
    Ok(())
}

async fn collapse(tx: &Tx, key: &str) -> Result<(), StoreError> {
    outbox::Entity::update_many()
        .col_expr(
            outbox::Column::State,
            Expr::value(OutboxState::Collapsed.as_str()),
        )
        .filter(outbox::Column::CollapseKey.eq(key))
        .filter(Expr::cust("state = 'pending'"))
        .exec(tx.inner())
        .await?;
    Ok(())
}

async fn ensure_destination(
    tx: &Tx,
    message: &NewMessage,
    destination: &str,
) -> Result<(), StoreError> {
    let row = outbox_destination::Model {
        destination: destination.to_owned(),
        pace_ms: message.message.pace().num_milliseconds(),
        // Free at once: a message for later must not hold up others.
        next_at: DateTime::UNIX_EPOCH,
        reason: None,
    };
    outbox_destination::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(tx.inner())
        .await?;
    Ok(())
}
