//! The times of the ledger: when to look, when to ask a person, when to send again.

use chrono::Duration;

/// When to look, and when to ask a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// The pauses between searches; after the last one a person is asked.
    pub searches: Vec<Duration>,
    /// How often evidence is looked for while a person is asked.
    pub watch_every: Duration,
    /// How long evidence is looked for in all.
    pub watch_for: Duration,
    /// The first pause after a send that provably did not happen; doubles up to `longest_deferral`.
    pub first_deferral: Duration,
    /// The longest such pause.
    pub longest_deferral: Duration,
    /// The least pause after a limit whose end Jira does not say; see [`Schedule::after_limit`].
    pub limit_pause: Duration,
}

impl Default for Schedule {
    fn default() -> Self {
        let seconds = [2, 5, 10, 30, 60, 120, 300, 600, 900];
        Self {
            searches: seconds.into_iter().map(Duration::seconds).collect(),
            watch_every: Duration::minutes(15),
            watch_for: Duration::hours(24),
            first_deferral: Duration::seconds(2),
            longest_deferral: Duration::minutes(5),
            limit_pause: Duration::seconds(30),
        }
    }
}

impl Schedule {
    /// The pause after the next send that provably did not happen.
    pub(super) fn deferral(&self, deferrals: i32) -> Duration {
        let doublings = u32::try_from(deferrals).unwrap_or(0).min(16);
        let pause = self.first_deferral * 2_i32.saturating_pow(doublings);
        pause.min(self.longest_deferral)
    }

    /// The pause after a limit whose end Jira does not say: `limit_pause` to twice that (`jitter` in
    /// 0..1), so that those who were refused together do not come back together.
    ///
    /// Jira was seen to answer 429 without `Retry-After`, against its documentation.
    #[must_use]
    pub fn after_limit(&self, jitter: f64) -> Duration {
        let least = self.limit_pause;
        let least_of_std = least.to_std().unwrap_or_default();
        let extra = least_of_std.mul_f64(jitter.clamp(0.0, 1.0));
        least + Duration::from_std(extra).unwrap_or(least)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_without_an_end_pauses_half_a_minute_to_a_minute() {
        let schedule = Schedule::default();
        for (jitter, seconds) in [(0.0, 30), (0.5, 45), (1.0, 60), (9.0, 60), (-1.0, 30)] {
            assert_eq!(schedule.after_limit(jitter), Duration::seconds(seconds));
        }
    }

    #[test]
    fn pauses_after_a_failure_to_send_grow_to_a_limit() {
        let schedule = Schedule::default();
        let pauses: Vec<i64> = (0..12)
            .map(|n| schedule.deferral(n).num_seconds())
            .collect();
        assert_eq!(pauses, [2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300, 300]);
    }
}
