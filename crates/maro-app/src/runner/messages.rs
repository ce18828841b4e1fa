//! The outbox at work: claims due messages and delivers them.

use std::sync::Arc;

use maro_store::{StoreError, outbox};
use tokio::sync::Semaphore;

use super::{rest, rest_after_failure};
use crate::App;
use crate::failpoints::reach;
use crate::outbox::deliver;

const AT_A_TIME: usize = 16;

/// Runs until the application stops.
pub(super) async fn run(app: App) {
    let permits = Arc::new(Semaphore::new(AT_A_TIME));
    loop {
        let go_on = match round(&app, &permits).await {
            Ok(0) => match outbox::next_due(app.store()).await {
                Ok(due) => rest(&app, app.wakeups().on_outbox(), due).await,
                Err(err) => rest_after_failure(&app, "outbox", &err).await,
            },
            Ok(_) => !app.stop_token().is_cancelled(),
            Err(err) => rest_after_failure(&app, "outbox", &err).await,
        };
        if !go_on {
            return;
        }
    }
}

async fn round(app: &App, permits: &Arc<Semaphore>) -> Result<usize, StoreError> {
    let free = permits.available_permits();
    if free == 0 {
        drop(permits.acquire().await);
        return Ok(1);
    }
    let now = app.now();
    let lease = now + app.settings().timings.work_lease;
    let due = outbox::claim_due(app.store(), app.owner(), now, lease, free as u64).await?;
    let taken = due.len();
    for message in due {
        reach("outbox.after_claim");
        let Ok(permit) = Arc::clone(permits).acquire_owned().await else {
            return Ok(taken);
        };
        let app = app.clone();
        app.tasks().clone().spawn(async move {
            if let Err(err) = deliver(&app, message).await {
                let err: &(dyn std::error::Error + 'static) = &err;
                tracing::error!(
                    error = err,
                    "a message could not be settled; its claim will run out"
                );
            }
            // The next message of the same subject may be due now.
            app.wakeups().outbox();
            drop(permit);
        });
    }
    Ok(taken)
}
