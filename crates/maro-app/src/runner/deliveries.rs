//! The inbox at work: deliveries of this process at once, those of a crash when their lease ran out.

use std::sync::Arc;

use maro_store::inbox::{self, Delivery};
use tokio::sync::Semaphore;

use super::{rest, rest_after_failure};
use crate::App;
use crate::inbound::handle;

/// How many deliveries are handled at a time: few, so that taking new ones in stays fast.
const AT_A_TIME: usize = 6;
const BATCH: u64 = 32;

/// Handles what this process has just accepted.
pub(super) async fn run(app: App) {
    let Some(mut deliveries) = app.wakeups().take_deliveries() else {
        return;
    };
    let permits = Arc::new(Semaphore::new(AT_A_TIME));
    loop {
        let delivery = tokio::select! {
            () = app.stop_token().cancelled() => return,
            delivery = deliveries.recv() => delivery,
        };
        let Some(delivery) = delivery else { return };
        start(&app, &permits, delivery).await;
    }
}

/// Handles what is due in the store: retries, and what a crash or another instance left.
pub(super) async fn recover(app: App) {
    let permits = Arc::new(Semaphore::new(AT_A_TIME));
    loop {
        let now = app.now();
        let lease = now + app.settings().timings.work_lease;
        let claimed = inbox::claim_due(app.store(), app.owner(), now, lease, BATCH).await;
        let go_on = match claimed {
            Ok(claimed) if claimed.is_empty() => rest(&app, app.wakeups().on_inbox(), None).await,
            Ok(claimed) => {
                for delivery in claimed {
                    start(&app, &permits, delivery).await;
                }
                true
            }
            Err(err) => rest_after_failure(&app, "inbox", &err).await,
        };
        if !go_on {
            return;
        }
    }
}

async fn start(app: &App, permits: &Arc<Semaphore>, delivery: Delivery) {
    let Ok(permit) = Arc::clone(permits).acquire_owned().await else {
        return;
    };
    let app = app.clone();
    app.tasks().clone().spawn(async move {
        if let Err(err) = handle(&app, delivery).await {
            let err: &(dyn std::error::Error + 'static) = &err;
            tracing::error!(
                error = err,
                "a delivery could not be settled; its lease will run out"
            );
        }
        drop(permit);
    });
}
