//! Wanted tickets of findings: composed and handed to the ledger.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use maro_store::{StoreError, finding_links};
use tokio::sync::{Notify, Semaphore};

use super::queue::{Queue, start};
use crate::App;
use crate::findings::tickets::make;

/// The queue of wanted tickets.
pub(super) struct Tickets;

impl Queue for Tickets {
    const NAME: &'static str = "tickets of findings";

    fn wake(app: &App) -> &Notify {
        app.wakeups().on_tickets()
    }

    async fn take(app: &App, permits: &Arc<Semaphore>) -> Result<usize, StoreError> {
        let limit = permits.available_permits() as u64;
        if limit == 0 {
            return Ok(0);
        }
        let (now, lease) = (app.now(), app.now() + app.settings().timings.work_lease);
        let claimed = finding_links::claim_due(app.store(), now, lease, limit).await?;
        let taken = claimed.len();
        for wanted in claimed {
            let worker = app.clone();
            let work = Box::pin(async move { make(&worker, wanted).await });
            start(app, permits, Self::NAME, work).await;
        }
        Ok(taken)
    }

    async fn next_due(app: &App) -> Result<Option<DateTime<Utc>>, StoreError> {
        finding_links::next_due(app.store()).await
    }
}
