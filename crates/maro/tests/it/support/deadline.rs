//! Waiting: always by looking again, never longer than a deadline.

use std::time::{Duration, Instant};

/// Long enough for a busy machine; a test that waits so long has failed.
const PATIENCE: Duration = Duration::from_secs(40);
const BETWEEN_LOOKS: Duration = Duration::from_millis(40);

/// Looks until there is something to see.
pub(crate) async fn eventually<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(seen) = look().await {
            return seen;
        }
        assert!(
            Instant::now() < deadline,
            "waited {} s, but not: {what}",
            PATIENCE.as_secs()
        );
        pause().await;
    }
}

/// The pause between two looks.
async fn pause() {
    tokio::time::sleep(BETWEEN_LOOKS).await;
}
