//! Telling other instances that this one hears Slack, by a lease.
//!
//! Health needs it: Slack delivers to any one connection, so an instance without one says that
//! nothing arrives only when no other instance has one. The lease runs out by itself, so a
//! connection that is replaced is no news.

use std::time::Duration;

use chrono::TimeDelta;
use maro_store::{StoreError, leases};

use crate::App;
use crate::slack::STANDING;

const EVERY: Duration = Duration::from_secs(15);
const LASTS: TimeDelta = TimeDelta::seconds(40);

/// Runs until the application stops.
pub(super) async fn tell(app: &App) {
    let mut held = None;
    let mut ticks = tokio::time::interval(EVERY);
    loop {
        tokio::select! {
            () = app.stop_token().cancelled() => break,
            _ = ticks.tick() => {}
        }
        if app.sockets().standing() > 0 {
            held = hold(app, held).await.unwrap_or_default();
        }
    }
    if let Some(epoch) = held {
        // It runs out soon in any case.
        let _ = leases::release(app.store(), STANDING, epoch).await;
    }
}

async fn hold(app: &App, held: Option<i64>) -> Result<Option<i64>, StoreError> {
    let (now, until) = (app.now(), app.now() + LASTS);
    if let Some(epoch) = held
        && leases::renew(app.store(), STANDING, epoch, until).await?
    {
        return Ok(held);
    }
    leases::acquire(app.store(), STANDING, app.owner(), now, until).await
}
