//! Clean-up: what is settled and old goes, a little at a time, by one instance.
//!
//! Deliveries are kept longer than any sender repeats them (Slack: 24 hours), because their rows are
//! what makes a repetition harmless.

use std::time::Duration;

use chrono::TimeDelta;
use maro_store::{StoreError, activity, idempotency, inbox, leases, outbox, rules};
use maro_store::{sign_in_attempts, slack, web_sessions};

use crate::App;
use crate::findings::forget_old;

const EVERY: Duration = Duration::from_mins(10);
const LEASE: TimeDelta = TimeDelta::minutes(5);
const KEEP_DELIVERIES: TimeDelta = TimeDelta::days(3);
/// Longer than anything repeats a report.
const KEEP_KEYS: TimeDelta = TimeDelta::days(3);
const KEEP_MESSAGES: TimeDelta = TimeDelta::days(30);
/// Entries of each integration and outcome.
const KEEP_ACTIVITY: u64 = 500;
/// What rules remember of findings that nobody reports any more.
const KEEP_VERDICTS: TimeDelta = TimeDelta::days(180);
const BATCH: u64 = 5_000;

/// Runs until the application stops.
pub(super) async fn run(app: App) {
    loop {
        tokio::select! {
            () = app.stop_token().cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
        if let Err(err) = clean(&app).await {
            let err: &(dyn std::error::Error + 'static) = &err;
            tracing::warn!(
                error = err,
                "clean-up failed; it is tried again in ten minutes"
            );
        }
    }
}

async fn clean(app: &App) -> Result<(), StoreError> {
    let (store, now) = (app.store(), app.now());
    let Some(epoch) = leases::acquire(store, "cleanup", app.owner(), now, now + LEASE).await?
    else {
        return Ok(());
    };
    inbox::delete_done_before(store, now - KEEP_DELIVERIES, BATCH).await?;
    outbox::delete_settled_before(store, now - KEEP_MESSAGES, BATCH).await?;
    web_sessions::delete_expired(store, now).await?;
    idempotency::delete_before(store, now - KEEP_KEYS).await?;
    rules::delete_before(store, now - KEEP_VERDICTS).await?;
    activity::trim(store, KEEP_ACTIVITY).await?;
    forget_old(app).await?;
    slack::delete_expired_states(store, now).await?;
    sign_in_attempts::delete_before(store, now - TimeDelta::days(1)).await?;
    leases::release(store, "cleanup", epoch).await.map(drop)
}
