//! Suites that people asked for: begun, looked after, and linked with their reports.

use maro_store::StoreError;

use super::queue::rest_after_failure;
use crate::App;
use crate::suite_starts::{begin, watch};

/// Runs until the application stops. Where no runner is allowed there is nothing to do.
pub(super) async fn run(app: App) {
    if app.settings().runners.is_empty() {
        return;
    }
    loop {
        let go_on = match turn(&app).await {
            Ok(()) => tokio::select! {
                () = app.stop_token().cancelled() => false,
                () = tokio::time::sleep(app.settings().timings.poll) => true,
            },
            Err(err) => rest_after_failure(&app, "suite starts", &err).await,
        };
        if !go_on {
            return;
        }
    }
}

async fn turn(app: &App) -> Result<(), StoreError> {
    begin(app).await?;
    watch(app).await
}
