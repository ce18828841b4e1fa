//! Polling Jira by the clock: often when no webhook comes, seldom below webhooks that do.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use maro_store::jira_inbound::Inbound;
use maro_store::{StoreError, jira_inbound, leases};

use crate::App;
use crate::tracking::{PollError, poll};

const NAME: &str = "jira-poll";
const LEASE: TimeDelta = TimeDelta::minutes(5);
/// Webhooks work if one came within this time.
const ALIVE: TimeDelta = TimeDelta::minutes(15);
/// How much seldomer polling is then.
const SELDOMER: i32 = 10;

/// Runs until the application stops.
pub(super) async fn run(app: App) {
    let every = app.settings().timings.jira_poll;
    // Looks more often than it polls: another instance may have polled in between.
    let mut pause = every / 4;
    loop {
        tokio::select! {
            () = app.stop_token().cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
        pause = match turn(&app).await {
            Ok(()) => every / 4,
            Err(err) => {
                let err: &(dyn std::error::Error + 'static) = &err;
                tracing::warn!(error = err, "Jira was not polled; tried again later");
                every
            }
        };
        pause = pause.max(Duration::from_millis(50));
    }
}

async fn turn(app: &App) -> Result<(), PollError> {
    let (store, now) = (app.store(), app.now());
    if app.jira().is_none() || !is_due(app, &jira_inbound::load(store).await?, now) {
        return Ok(());
    }
    let Some(epoch) = leases::acquire(store, NAME, app.owner(), now, now + LEASE).await? else {
        return Ok(());
    };
    let polled = poll_if_due(app, now).await;
    release(app, epoch).await?;
    polled
}

/// Another instance may have polled while this one waited for the lease.
async fn poll_if_due(app: &App, now: DateTime<Utc>) -> Result<(), PollError> {
    if is_due(app, &jira_inbound::load(app.store()).await?, now) {
        return poll(app).await;
    }
    Ok(())
}

async fn release(app: &App, epoch: i64) -> Result<(), StoreError> {
    leases::release(app.store(), NAME, epoch).await.map(drop)
}

fn is_due(app: &App, known: &Inbound, now: DateTime<Utc>) -> bool {
    let every = TimeDelta::from_std(app.settings().timings.jira_poll).unwrap_or(TimeDelta::MAX);
    let is_alive = known.last_webhook_at.is_some_and(|at| now - at < ALIVE);
    let pause = if is_alive { every * SELDOMER } else { every };
    known
        .polled_at
        .is_none_or(|at| now - at >= pause || at > now)
}
