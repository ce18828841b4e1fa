//! The loop that all queues share: take what is due, else rest until something may be.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use maro_store::StoreError;
use tokio::sync::{Notify, Semaphore};

use crate::App;

/// How many rows of one queue are worked on at a time.
pub(super) const AT_A_TIME: usize = 16;
/// So many free places are worth a claim.
const WORTH_A_CLAIM: u32 = 8;
/// How long they are waited for while there is more work than places.
const GATHERING: Duration = Duration::from_millis(20);

/// A queue: how to take due rows, and when the next one is due.
pub(super) trait Queue: Send + Sync + 'static {
    /// Its name in logs.
    const NAME: &'static str;

    /// The nudge that something is due.
    fn wake(app: &App) -> &Notify;

    /// Takes due rows and starts work on them, each under a permit. Returns how many were taken.
    fn take(
        app: &App,
        permits: &Arc<Semaphore>,
    ) -> impl Future<Output = Result<usize, StoreError>> + Send;

    /// When the next row is due.
    fn next_due(
        app: &App,
    ) -> impl Future<Output = Result<Option<DateTime<Utc>>, StoreError>> + Send;
}

/// Works on a queue until the application stops.
pub(super) async fn run<Q: Queue>(app: App) {
    let permits = Arc::new(Semaphore::new(AT_A_TIME));
    loop {
        if permits.available_permits() == 0 {
            gather(&permits).await;
        }
        let go_on = match Q::take(&app, &permits).await {
            Ok(0) => match Q::next_due(&app).await {
                Ok(due) => rest(&app, Q::wake(&app), due).await,
                Err(err) => rest_after_failure(&app, Q::NAME, &err).await,
            },
            Ok(_) => !app.stop_token().is_cancelled(),
            Err(err) => rest_after_failure(&app, Q::NAME, &err).await,
        };
        if !go_on {
            return;
        }
    }
}

/// Every place is taken: waits for one instead of claiming what cannot begin at once. A claim costs as
/// much for one row as for several, so it waits a moment for more places, but for no slow one.
async fn gather(permits: &Semaphore) {
    drop(permits.acquire().await);
    let several = permits.acquire_many(WORTH_A_CLAIM);
    drop(tokio::time::timeout(GATHERING, several).await);
}

/// Work on one row. Boxed, because a use case with all its calls is a large state machine.
pub(super) type Work = Pin<Box<dyn Future<Output = Result<(), StoreError>> + Send>>;

/// Starts one piece of work in the background; its permit is free again when it ends.
pub(super) async fn start(app: &App, permits: &Arc<Semaphore>, queue: &'static str, work: Work) {
    let Ok(permit) = Arc::clone(permits).acquire_owned().await else {
        return;
    };
    app.tasks().spawn(async move {
        if let Err(err) = work.await {
            let err: &(dyn std::error::Error + 'static) = &err;
            tracing::error!(
                error = err,
                queue,
                "work could not be settled; its claim will run out"
            );
        }
        drop(permit);
    });
}

/// Waits for a wake-up, the next due row, the poll, or the end. Returns `false` at the end.
pub(super) async fn rest(app: &App, wake: &Notify, due: Option<DateTime<Utc>>) -> bool {
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
pub(super) async fn rest_after_failure(app: &App, queue: &'static str, err: &StoreError) -> bool {
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
