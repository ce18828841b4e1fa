//! Suites by the clock: which of them are late, and how many defects are open today.
//!
//! No lease: both say the same whichever instance says it, and the first to say it is enough.

use std::time::Duration;

use maro_store::StoreError;

use crate::App;
use crate::findings::{check_suites, note_open_defects};

const EVERY: Duration = Duration::from_secs(30);

/// Runs until the application stops.
pub(super) async fn run(app: App) {
    loop {
        if let Err(err) = turn(&app).await {
            let err: &(dyn std::error::Error + 'static) = &err;
            tracing::warn!(error = err, "suites were not looked at; tried again soon");
        }
        tokio::select! {
            () = app.stop_token().cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

async fn turn(app: &App) -> Result<(), StoreError> {
    check_suites(app).await?;
    note_open_defects(app).await
}
