//! Claims that ran out: whoever sent has died or been too slow, so the outcome is unknown.

use maro_core::actor::Actor;
use maro_core::operations::{OperationState, after_lease_expired};
use maro_store::{StoreError, operations};

use super::settle::apply;
use crate::App;
use crate::cause::Cause;

const BATCH: u64 = 50;

/// Moves every expired send to `unknown`. Returns how many.
pub(crate) async fn expire_sends(app: &App) -> Result<usize, StoreError> {
    let now = app.now();
    let expired = operations::expired_sends(app.store(), now, BATCH).await?;
    let mut moved = 0;
    for operation in expired {
        let expected = Some((OperationState::Sending, operation.lease_epoch));
        let step = after_lease_expired(&operation, &app.settings().schedule, now);
        let stored = apply(
            app,
            operation.id,
            expected,
            &Actor::System,
            &Cause::direct(),
            |_| Some(step),
        )
        .await?;
        moved += usize::from(stored);
    }
    Ok(moved)
}
