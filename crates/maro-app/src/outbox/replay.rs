//! Replaying a dead letter: a person has mended what was wrong and wants it sent again.

use maro_core::actor::Actor;
use maro_core::ids::OutboxId;
use maro_store::{StoreError, outbox};
use serde_json::json;

use crate::App;
use crate::audit::record;
use crate::happening::Happening;

/// Why a message is not sent again.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// No such message, or it is not dead.
    #[error("This message is not a dead letter.")]
    NotDead,
    /// The database failed.
    #[error("could not replay the message")]
    Store(#[from] StoreError),
}

/// Puts a dead letter back into its queue.
pub async fn replay(app: &App, id: OutboxId, by: &Actor) -> Result<(), ReplayError> {
    let tx = app.store().begin().await?;
    if !outbox::replay(&tx, id, app.now()).await? {
        return Err(ReplayError::NotDead);
    }
    record(app, &tx, by, "outbox.replayed", &id, json!({})).await?;
    tx.commit().await?;
    app.wakeups().outbox();
    app.announce(Happening::Outbox);
    Ok(())
}
