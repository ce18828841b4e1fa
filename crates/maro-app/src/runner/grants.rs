//! The OAuth grant: looked at now and then, so that it neither lies idle nor ends unannounced.

use std::time::Duration;

use crate::App;
use crate::oauth::keep_alive;

const EVERY: Duration = Duration::from_mins(10);

/// Runs until the application stops.
pub(super) async fn run(app: App) {
    loop {
        // At the start, too: it may have been long since Maro ran.
        if let Err(err) = keep_alive(&app).await {
            let err: &(dyn std::error::Error + 'static) = &err;
            tracing::warn!(error = err, "the OAuth grant was not looked at");
        }
        tokio::select! {
            () = app.stop_token().cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}
