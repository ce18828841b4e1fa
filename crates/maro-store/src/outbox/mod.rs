//! The outbox: messages, in the transaction that decided them, until Slack has taken them.
//!
//! **Invariants**
//! * Of one subject only the oldest unsettled message can be claimed, so messages keep their order.
//! * Of one paced destination one message is claimed per pace, over all instances.
//! * A message whose claim ran out is `unclear`: it may have arrived.
//! * Whoever enqueues waits for nobody, and whoever claims waits for nobody.
//! * Of the edits of one message, none goes out after a newer one.
//! * Order is that of storing, by a number of the database: the clocks of instances may differ.

mod claim;
mod dead;
mod destinations;
mod fit;
mod query;
mod rows;
mod settle;
mod turn;

use maro_core::outbox::NewMessage;
use sea_orm::{ConnectionTrait as _, EntityTrait as _, IntoActiveModel as _};

use crate::entities::outbox;
use crate::row::sql;
use crate::store::sealed::Sealed as _;
use crate::{StoreError, Tx};

pub use claim::claim_due;
pub use dead::{collapse_dead, dead_of_subject, settle_collapsed};
pub use query::{
    OutboxFilter, count_by_state, count_dead_since, delete_settled_before, find, last_of, next_due,
    page,
};
pub use settle::{pause, replay, replay_of_team, settle_dead, settle_delivered, settle_retry};

/// Stores a message. Pending messages with the same collapse key become needless.
pub async fn enqueue(tx: &Tx, message: &NewMessage) -> Result<(), StoreError> {
    let turn = turn::next(tx, &message.message.destination(&message.team)).await?;
    let row = rows::row_of(message, &turn);
    if let Some(key) = &row.collapse_key {
        supersede(tx, key).await?;
    }
    outbox::Entity::insert(row.into_active_model())
        .exec_without_returning(tx.inner())
        .await?;
    Ok(())
}

/// Makes messages with this key needless. What somebody else holds is left alone: it is being claimed
/// or collapsed, and a claim looks for newer ones itself.
async fn supersede(tx: &Tx, key: &str) -> Result<(), StoreError> {
    let lock = if tx.locks_rows() {
        "FOR UPDATE SKIP LOCKED"
    } else {
        ""
    };
    let text = format!(
        "UPDATE outbox SET state = 'collapsed'
         WHERE id IN (SELECT id FROM outbox
             WHERE collapse_key = $1 AND state = 'pending' {lock})"
    );
    let backend = tx.inner().get_database_backend();
    tx.inner()
        .execute_raw(sql(backend, &text, [key.into()]))
        .await?;
    Ok(())
}
