//! Tokens of workspaces are replaced in time, also where nobody sends anything.
//!
//! Every instance looks; the claim in the store lets one of them ask Slack.

use std::time::Duration;

use crate::App;
use crate::slack::workspaces::rotate_due;

const EVERY: Duration = Duration::from_mins(1);

/// Runs until the application stops.
pub(super) async fn run(app: App) {
    loop {
        if let Err(err) = rotate_due(&app).await {
            let error: &(dyn std::error::Error + 'static) = &err;
            tracing::warn!(
                error,
                "tokens could not be looked at; tried again in a minute"
            );
        }
        tokio::select! {
            () = app.stop_token().cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}
