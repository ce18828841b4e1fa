//! Rules at work: news is judged at once, what is due by the clock when it is due, by one instance.

use maro_store::{StoreError, leases, news, rules};

use super::queue::{rest, rest_after_failure};
use crate::App;
use crate::rules::{flush, judge, make_waiting, remind, tickets_are_due};

const NAME: &str = "rules";
/// Batches of one turn; well below what the lease lasts. Who outlives it takes no news that another
/// has taken.
const BATCHES: usize = 10;

/// Runs until the application stops.
pub(super) async fn run(app: App) {
    loop {
        let go_on = match turn(&app).await {
            Ok(true) => !app.stop_token().is_cancelled(),
            Ok(false) => match rules::next_due(app.store()).await {
                Ok(due) => rest(&app, app.wakeups().on_findings(), due).await,
                Err(err) => rest_after_failure(&app, NAME, &err).await,
            },
            Err(err) => rest_after_failure(&app, NAME, &err).await,
        };
        if !go_on {
            return;
        }
    }
}

/// Returns whether more may be due at once.
async fn turn(app: &App) -> Result<bool, StoreError> {
    let (store, now) = (app.store(), app.now());
    let due = rules::next_due(store).await?;
    let is_due = due.is_some_and(|due| due <= now) || tickets_are_due(app).await?;
    if !is_due && news::oldest(store, 1).await?.is_empty() {
        return Ok(false);
    }
    // Who has the lease goes on until nothing is left, so there is nothing to do for the others.
    let until = now + app.settings().timings.work_lease;
    let Some(epoch) = leases::acquire(store, NAME, app.owner(), now, until).await? else {
        return Ok(false);
    };
    let worked = work(app).await;
    leases::release(store, NAME, epoch).await?;
    worked
}

/// What is due by the clock comes first, so that a flood of news cannot keep it back.
async fn work(app: &App) -> Result<bool, StoreError> {
    let mut done = flush(app).await? + remind(app).await? + make_waiting(app).await?;
    for _ in 0..BATCHES {
        let judged = judge(app).await?;
        done += judged;
        if judged == 0 || app.stop_token().is_cancelled() {
            break;
        }
    }
    Ok(done > 0)
}
