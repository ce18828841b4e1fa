//! The sources of time, ids and chance. Everything else takes them from here, by lint.

use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use uuid::Uuid;

/// The time of day, in microseconds, which both databases keep.
#[derive(Debug, Default)]
pub struct Clock {
    offset_ms: AtomicI64,
}

impl Clock {
    /// The time now.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    pub fn now(&self) -> DateTime<Utc> {
        let offset = TimeDelta::milliseconds(self.offset_ms.load(Ordering::Relaxed));
        let now = Utc::now() + offset;
        now.duration_trunc(TimeDelta::microseconds(1))
            .unwrap_or(now)
    }

    /// Moves the clock on; for tests that need an hour to pass.
    pub fn advance(&self, by: TimeDelta) {
        self.offset_ms
            .fetch_add(by.num_milliseconds(), Ordering::Relaxed);
    }
}

/// A new id, sorted by time.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is the source of ids")]
pub(crate) fn new_id() -> Uuid {
    Uuid::now_v7()
}

/// A word nobody can guess: 128 random bits in hexadecimal.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is the source of ids")]
pub(crate) fn nonce() -> String {
    Uuid::new_v4().simple().to_string()
}
