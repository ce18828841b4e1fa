//! The inbox at work: deliveries of this process at once, those of a crash when their lease ran out.

use std::sync::Arc;

use chrono::{DateTime, Utc};
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

/// What found no place in memory, and what is due. Both in turn, or a backlog of one would keep the
/// other waiting.
async fn claim(app: &App) -> Result<Vec<Delivery>, StoreError> {
    let (store, owner, now) = (app.store(), app.owner(), app.now());
    let lease = now + app.settings().timings.work_lease;
    let mut claimed = take_back(app, lease).await?;
    match inbox::claim_due(store, owner, now, lease, BATCH as u64).await {
        Ok(due) => claimed.extend(due),
        Err(err) if claimed.is_empty() => return Err(err),
        // What was taken back is held anew: dropped here, it would wait until its lease runs out.
        Err(err) => tracing::error!(
            error = &err as &(dyn std::error::Error + 'static),
            queue = "inbox",
            "what is due could not be claimed"
        ),
    }
    Ok(claimed)
}

/// Reads again what found no place in memory; its names are kept when that fails.
async fn take_back(app: &App, lease: DateTime<Utc>) -> Result<Vec<Delivery>, StoreError> {
    let left = app.wakeups().take_left(BATCH);
    let taken = inbox::take_back(app.store(), left.clone(), app.owner(), lease).await;
    if taken.is_err() {
        app.wakeups().put_back_left(left);
    }
    taken
}
