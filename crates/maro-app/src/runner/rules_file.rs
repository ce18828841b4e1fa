//! The rules' file is read again all along, by each instance for itself.

use std::time::Duration;

use crate::App;
use crate::rules::read_again;

const EVERY: Duration = Duration::from_secs(2);

/// Runs until the application stops; ends at once where there is no such file.
pub(super) async fn run(app: App) {
    while app.settings().rules_file.is_some() {
        tokio::select! {
            () = app.stop_token().cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
        read_again(&app).await;
    }
}
