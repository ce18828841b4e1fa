//! The outbox at work: claims due messages and delivers them.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use maro_store::{StoreError, outbox};
use tokio::sync::{Notify, Semaphore};

use super::queue::{Queue, start};
use crate::App;
use crate::failpoints::reach;
use crate::outbox::deliver;

/// The queue of messages.
pub(super) struct Messages;

impl Queue for Messages {
    const NAME: &'static str = "outbox";

    fn wake(app: &App) -> &Notify {
        app.wakeups().on_outbox()
    }

    async fn take(app: &App, permits: &Arc<Semaphore>) -> Result<usize, StoreError> {
        let limit = permits.available_permits() as u64;
        if limit == 0 {
            return Ok(0);
        }
        let (now, lease) = (app.now(), app.now() + app.settings().timings.work_lease);
        let due = outbox::claim_due(app.store(), app.owner(), now, lease, limit).await?;
        let taken = due.len();
        for message in due {
            reach("outbox.after_claim");
            let worker = app.clone();
            let work = Box::pin(async move {
                let result = deliver(&worker, message).await;
                // The next message of the same subject may be due now.
                worker.wakeups().outbox();
                result
            });
            start(app, permits, Self::NAME, work).await;
        }
        Ok(taken)
    }

    async fn next_due(app: &App) -> Result<Option<DateTime<Utc>>, StoreError> {
        outbox::next_due(app.store()).await
    }
}
