//! The sandbox's own time: the machine's clock plus an offset.
//!
//! Tests move the offset forward to let a trigger id or a response URL expire
//! without sleeping. Time never goes back.

use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};

/// A clock that can be moved forward.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    offset_ms: AtomicI64,
}

impl Clock {
    /// The machine's time: what the programs outside the sandbox see.
    #[expect(clippy::unused_self, reason = "asked of a clock, like the other time")]
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the clock that others take it from"
    )]
    pub(crate) fn machine_now(&self) -> DateTime<Utc> {
        Utc::now()
    }

    /// The current time of the simulated world.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.machine_now() + TimeDelta::milliseconds(self.offset_ms.load(Ordering::Relaxed))
    }

    /// Moves the simulated world forward.
    pub(crate) fn advance(&self, ms: u32) {
        self.offset_ms.fetch_add(i64::from(ms), Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_advanced_clock_is_ahead_of_a_fresh_one() {
        let (fresh, moved) = (Clock::default(), Clock::default());

        moved.advance(60_000);

        assert!(moved.now() - fresh.now() > TimeDelta::seconds(59));
    }
}
