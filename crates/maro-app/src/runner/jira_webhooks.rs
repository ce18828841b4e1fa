//! The webhook at Jira: looked after when connections or tracked projects change, and by the clock.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use maro_store::{StoreError, leases};

use crate::App;
use crate::tracking::{Wanted, keep_registered, wanted_webhook};

const NAME: &str = "jira-webhooks";
const LEASE: TimeDelta = TimeDelta::minutes(2);
/// How often it is made sure that Jira still has it.
const AGAIN: TimeDelta = TimeDelta::hours(6);
const EVERY: Duration = Duration::from_mins(5);

/// Runs until the application stops.
pub(super) async fn run(app: App) {
    let mut happenings = app.events();
    let mut kept: Option<(Wanted, DateTime<Utc>)> = None;
    loop {
        match turn(&app, kept.take()).await {
            Ok(now) => kept = now,
            Err(err) => {
                let err: &(dyn std::error::Error + 'static) = &err;
                tracing::warn!(error = err, "the webhook at Jira was not looked after");
            }
        }
        tokio::select! {
            () = app.stop_token().cancelled() => return,
            // Whatever it was, or how much was missed: looking is cheap.
            _ = happenings.recv() => {}
            () = tokio::time::sleep(EVERY) => {}
        }
        // News come in swarms.
        tokio::select! {
            () = app.stop_token().cancelled() => return,
            () = tokio::time::sleep(app.settings().timings.poll) => {}
        }
        happenings = happenings.resubscribe();
    }
}

async fn turn(
    app: &App,
    kept: Option<(Wanted, DateTime<Utc>)>,
) -> Result<Option<(Wanted, DateTime<Utc>)>, StoreError> {
    let now = app.now();
    let Some(wanted) = wanted_webhook(app).await? else {
        return Ok(None);
    };
    if kept
        .as_ref()
        .is_some_and(|(had, at)| *had == wanted && now - *at < AGAIN)
    {
        return Ok(kept);
    }
    let Some(epoch) = leases::acquire(app.store(), NAME, app.owner(), now, now + LEASE).await?
    else {
        return Ok(None);
    };
    let result = keep_registered(app, &wanted).await;
    leases::release(app.store(), NAME, epoch).await?;
    match result {
        Ok(()) => Ok(Some((wanted, now))),
        Err(err) => {
            tracing::warn!(
                error = &err as &(dyn std::error::Error + 'static),
                "no webhook at Jira; Maro polls instead and tries again"
            );
            // A refusal is not asked for again at every happening.
            Ok((!err.is_transient()).then_some((wanted, now)))
        }
    }
}
