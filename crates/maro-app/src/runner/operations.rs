//! The ledger at work: claims due operations and sends them, searches for evidence, expires claims.

use std::sync::Arc;

use maro_store::{StoreError, operations};
use tokio::sync::Semaphore;

use super::{rest, rest_after_failure};
use crate::App;
use crate::failpoints::reach;
use crate::operations::{expire_sends, search_for_evidence, send};

const AT_A_TIME: usize = 16;

/// Runs until the application stops.
pub(super) async fn run(app: App) {
    let permits = Arc::new(Semaphore::new(AT_A_TIME));
    loop {
        let go_on = match round(&app, &permits).await {
            Ok(0) => match operations::next_due(app.store()).await {
                Ok(due) => rest(&app, app.wakeups().on_operations(), due).await,
                Err(err) => rest_after_failure(&app, "operations", &err).await,
            },
            Ok(_) => !app.stop_token().is_cancelled(),
            Err(err) => rest_after_failure(&app, "operations", &err).await,
        };
        if !go_on {
            return;
        }
    }
}

/// One look at what is due. Returns how many rows were taken.
async fn round(app: &App, permits: &Arc<Semaphore>) -> Result<usize, StoreError> {
    let free = permits.available_permits();
    if free == 0 {
        // Every place is taken: wait for one instead of claiming what cannot be sent at once.
        drop(permits.acquire().await);
        return Ok(1);
    }
    let now = app.now();
    let (limit, lease) = (free as u64, now + app.settings().timings.lease);
    reach("claim.before");
    let sends = operations::claim_to_send(app.store(), app.owner(), now, lease, limit).await?;
    let mut taken = sends.len();
    for claimed in sends {
        spawn(
            app,
            permits,
            move |app| async move { send(&app, claimed).await },
        )
        .await;
    }
    taken += expire_sends(app).await?;
    let limit = permits.available_permits() as u64;
    if limit > 0 {
        let searches =
            operations::claim_to_search(app.store(), app.owner(), now, lease, limit).await?;
        taken += searches.len();
        for claimed in searches {
            spawn(app, permits, move |app| async move {
                search_for_evidence(&app, claimed).await
            })
            .await;
        }
    }
    Ok(taken)
}

async fn spawn<F>(app: &App, permits: &Arc<Semaphore>, work: impl FnOnce(App) -> F)
where
    F: Future<Output = Result<(), StoreError>> + Send + 'static,
{
    let Ok(permit) = Arc::clone(permits).acquire_owned().await else {
        return;
    };
    let work = work(app.clone());
    app.tasks().spawn(async move {
        if let Err(err) = work.await {
            let err: &(dyn std::error::Error + 'static) = &err;
            tracing::error!(
                error = err,
                "an operation could not be settled; its claim will run out"
            );
        }
        drop(permit);
    });
}
