//! The inbox at work: deliveries of this process at once, those of a crash when their lease ran out.

use std::sync::Arc;

use maro_store::StoreError;
use maro_store::inbox::{self, Delivery};
use tokio::sync::Semaphore;

use super::queue::{rest, rest_after_failure, start};
use super::wakeups::From;
use crate::App;
use crate::inbound::handle;

/// How many deliveries are handled at a time: few, so that taking new ones in stays fast.
const AT_A_TIME: usize = 6;
const BATCH: usize = 32;

/// Handles what this process has just accepted.
pub(super) async fn run(app: App, from: From) {
    let Some(mut deliveries) = app.wakeups().take_deliveries(from) else {
        return;
    };
    let permits = Arc::new(Semaphore::new(AT_A_TIME));
    loop {
        let delivery = tokio::select! {
            () = app.stop_token().cancelled() => return,
            delivery = deliveries.next() => delivery,
        };
        let Some(delivery) = delivery else { return };
        let worker = app.clone();
        let work = Box::pin(async move { handle(&worker, delivery).await });
        start(&app, &permits, "inbox", work).await;
    }
}

/// Handles what is due in the store: retries, what a crash or another instance left, and what found no
/// place in memory.
pub(super) async fn recover(app: App) {
    let permits = Arc::new(Semaphore::new(AT_A_TIME));
    loop {
        let go_on = match claim(&app).await {
            Ok(claimed) if claimed.is_empty() => rest(&app, app.wakeups().on_inbox(), None).await,
            Ok(claimed) => {
                for delivery in claimed {
                    let worker = app.clone();
                    let work = Box::pin(async move { handle(&worker, delivery).await });
                    start(&app, &permits, "inbox", work).await;
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

async fn claim(app: &App) -> Result<Vec<Delivery>, StoreError> {
    let (store, owner, now) = (app.store(), app.owner(), app.now());
    let lease = now + app.settings().timings.work_lease;
    let left = app.wakeups().take_left(BATCH);
    let mut claimed = inbox::take_back(store, left, owner, lease).await?;
    claimed.extend(inbox::claim_due(store, owner, now, lease, BATCH as u64).await?);
    Ok(claimed)
}
