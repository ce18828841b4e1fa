//! Issues that may have changed: read back from Jira, many with one call.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use maro_store::{StoreError, jira_changes};
use tokio::sync::{Notify, Semaphore};

use super::queue::{Queue, start};
use crate::App;
use crate::tracking::read_changes;

/// As many as one call reads.
const BATCH: i64 = 50;

/// The queue of issues that may have changed.
pub(super) struct Changes;

impl Queue for Changes {
    const NAME: &'static str = "jira changes";

    fn wake(app: &App) -> &Notify {
        app.wakeups().on_changes()
    }

    async fn take(app: &App, permits: &Arc<Semaphore>) -> Result<usize, StoreError> {
        let (now, lease) = (app.now(), app.now() + app.settings().timings.work_lease);
        let claimed = jira_changes::claim_due(app.store(), now, lease, BATCH).await?;
        let taken = claimed.len();
        if taken > 0 {
            let worker = app.clone();
            let work = Box::pin(async move { read_changes(&worker, claimed).await });
            start(app, permits, Self::NAME, work).await;
        }
        Ok(taken)
    }

    async fn next_due(app: &App) -> Result<Option<DateTime<Utc>>, StoreError> {
        jira_changes::next_due(app.store()).await
    }
}
