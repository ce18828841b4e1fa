//! The ledger at work: claims due operations and sends them, searches for evidence, expires claims.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use maro_store::{StoreError, operations};
use tokio::sync::{Notify, Semaphore};

use super::queue::{Queue, start};
use crate::App;
use crate::failpoints::reach;
use crate::operations::{expire_sends, search_for_evidence, send};

/// The queue of operations.
pub(super) struct Operations;

impl Queue for Operations {
    const NAME: &'static str = "operations";

    fn wake(app: &App) -> &Notify {
        app.wakeups().on_operations()
    }

    async fn take(app: &App, permits: &Arc<Semaphore>) -> Result<usize, StoreError> {
        Ok(take_sends(app, permits).await?
            + expire_sends(app).await?
            + take_searches(app, permits).await?)
    }

    async fn next_due(app: &App) -> Result<Option<DateTime<Utc>>, StoreError> {
        operations::next_due(app.store()).await
    }
}

async fn take_sends(app: &App, permits: &Arc<Semaphore>) -> Result<usize, StoreError> {
    let limit = permits.available_permits() as u64;
    if limit == 0 {
        return Ok(0);
    }
    reach("claim.before");
    let (now, lease) = (app.now(), app.now() + app.send_lease());
    let claimed = operations::claim_to_send(app.store(), app.owner(), now, lease, limit).await?;
    let taken = claimed.len();
    for claim in claimed {
        let worker = app.clone();
        let work = Box::pin(async move { send(&worker, claim).await });
        start(app, permits, Operations::NAME, work).await;
    }
    Ok(taken)
}

async fn take_searches(app: &App, permits: &Arc<Semaphore>) -> Result<usize, StoreError> {
    let limit = permits.available_permits() as u64;
    if limit == 0 {
        return Ok(0);
    }
    let (now, lease) = (app.now(), app.now() + app.settings().timings.lease);
    let claimed = operations::claim_to_search(app.store(), app.owner(), now, lease, limit).await?;
    let taken = claimed.len();
    for claim in claimed {
        let worker = app.clone();
        let work = Box::pin(async move { search_for_evidence(&worker, claim).await });
        start(app, permits, Operations::NAME, work).await;
    }
    Ok(taken)
}
