//! The runner: takes due rows (deliveries, operations, messages), hands each to its use case.
//!
//! The rows are the queue. A claim is durable before work begins; a crash leaves a lease that runs
//! out. A wake-up makes the good case instant, a poll behind it makes the bad case certain.
//!
//! **Invariant:** losing every wake-up costs time, never work.

mod cleanup;
mod deliveries;
mod listen;
mod messages;
mod operations;
mod probe;
mod wakeups;

pub(crate) use wakeups::Wakeups;

use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::Notify;

use crate::App;

/// Starts all loops. They end when the application stops.
pub fn start(app: &App) {
    let tasks = app.tasks();
    tasks.spawn(deliveries::run(app.clone()));
    tasks.spawn(deliveries::recover(app.clone()));
    tasks.spawn(operations::run(app.clone()));
    tasks.spawn(messages::run(app.clone()));
    tasks.spawn(cleanup::run(app.clone()));
    tasks.spawn(listen::run(app.clone()));
    tasks.spawn(probe::run(app.clone()));
}

/// Waits for a wake-up, the next due row, the poll, or the end. Returns `false` at the end.
async fn rest(app: &App, wake: &Notify, due: Option<DateTime<Utc>>) -> bool {
    let poll = app.settings().timings.poll;
    let until_due = due.map(|due| (due - app.now()).to_std().unwrap_or(Duration::ZERO));
    // A row that stays due although nothing could be claimed must not make us spin.
    let pause = until_due.map_or(poll, |due| due.clamp(Duration::from_millis(5), poll));
    tokio::select! {
        () = app.stop_token().cancelled() => false,
        () = wake.notified() => true,
        () = tokio::time::sleep(pause) => true,
    }
}

/// Logs a failure of the database once, at the loop that met it, and waits a little.
async fn rest_after_failure(app: &App, queue: &'static str, err: &maro_store::StoreError) -> bool {
    tracing::error!(
        error = err as &(dyn std::error::Error + 'static),
        queue,
        "the queue could not be read"
    );
    tokio::select! {
        () = app.stop_token().cancelled() => false,
        () = tokio::time::sleep(Duration::from_secs(1)) => true,
    }
}
