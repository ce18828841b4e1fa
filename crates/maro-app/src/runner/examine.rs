//! Rules are examined as often as connections are probed: what Jira wants may change at any time.

use crate::App;
use crate::rules::examine_all;

/// Runs until the application stops.
pub(super) async fn run(app: App) {
    loop {
        tokio::select! {
            () = app.stop_token().cancelled() => return,
            () = tokio::time::sleep(app.settings().timings.probe) => {}
        }
        if let Err(err) = examine_all(&app).await {
            let err: &(dyn std::error::Error + 'static) = &err;
            tracing::warn!(error = err, "rules were not examined; tried again soon");
        }
    }
}
