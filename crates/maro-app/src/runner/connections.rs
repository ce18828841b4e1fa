//! Connections stay current: every instance compares a version, on a hint and every few seconds.

use std::time::Duration;

use crate::App;
use crate::connections::reload_when_behind;

const EVERY: Duration = Duration::from_secs(3);

/// Runs until the application stops.
pub(super) async fn run(app: App) {
    loop {
        tokio::select! {
            () = app.stop_token().cancelled() => return,
            () = app.wakeups().on_connections().notified() => {}
            () = tokio::time::sleep(EVERY) => {}
        }
        if let Err(err) = reload_when_behind(&app).await {
            let err: &(dyn std::error::Error + 'static) = &err;
            tracing::warn!(
                error = err,
                "connections could not be compared; tried again"
            );
        }
    }
}
