//! Hints from other instances: PostgreSQL tells that a queue has something due.

use maro_store::integrations::CONNECTIONS;
use maro_store::wake::{self, EVERY_QUEUE};

use crate::App;

/// Names of the queues in hints.
pub(crate) const OPERATIONS: &str = "operations";
/// See [`OPERATIONS`].
pub(crate) const OUTBOX: &str = "outbox";

/// Forwards hints to the loops. On SQLite there is one instance and nothing to forward.
pub(super) async fn run(app: App) {
    let Ok(Some(mut wakes)) = wake::listen(app.store()).await else {
        return;
    };
    loop {
        let queue = tokio::select! {
            () = app.stop_token().cancelled() => return,
            queue = wakes.next() => queue,
        };
        match queue.as_str() {
            OPERATIONS => app.wakeups().operations(),
            OUTBOX => app.wakeups().outbox(),
            CONNECTIONS => app.wakeups().connections(),
            EVERY_QUEUE => app.wakeups().all(),
            _ => app.wakeups().inbox(),
        }
    }
}
