//! How long a grant lasts: Atlassian ends it when it lies idle, and after a year at the latest.
//!
//! Ninety days without use and 365 days in all, as Atlassian's staff say in its developer forum; each
//! renewal begins the ninety days anew.

use chrono::{DateTime, TimeDelta, Utc};
use maro_store::oauth::Grant;

const IDLE: TimeDelta = TimeDelta::days(90);
const ABSOLUTE: TimeDelta = TimeDelta::days(365);
/// People are warned so long before.
const WARN_BEFORE: TimeDelta = TimeDelta::days(7);
/// A token is renewed so long before it ends, or a twelfth of its life for short ones.
const RENEW_BEFORE: TimeDelta = TimeDelta::minutes(5);
/// What it still takes to send a request.
const SPARE: TimeDelta = TimeDelta::seconds(20);

/// The ends of a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Life {
    /// When it ends if it is not used before.
    pub idle_until: DateTime<Utc>,
    /// When it ends whatever happens.
    pub absolute_until: DateTime<Utc>,
}

impl Life {
    pub(super) fn of(grant: &Grant) -> Self {
        Self {
            idle_until: grant.obtained_at + IDLE,
            absolute_until: grant.granted_at + ABSOLUTE,
        }
    }

    /// The earlier end.
    #[must_use]
    pub fn ends_at(&self) -> DateTime<Utc> {
        self.idle_until.min(self.absolute_until)
    }

    /// What to tell people in the last week.
    #[must_use]
    pub fn warning(&self, now: DateTime<Utc>) -> Option<String> {
        if now < self.ends_at() - WARN_BEFORE {
            return None;
        }
        let day = self.ends_at().format("%Y-%m-%d");
        Some(if self.absolute_until <= self.idle_until {
            format!(
                "The connection to Atlassian ends on {day}, a year after it was authorized. \
                 Authorize again before."
            )
        } else {
            format!(
                "The connection to Atlassian ends on {day}: its token could not be renewed for \
                 months. Authorize again before."
            )
        })
    }
}

/// When to renew an access token.
pub(super) fn renew_at(grant: &Grant) -> DateTime<Utc> {
    let life = grant.expires_at - grant.obtained_at;
    grant.expires_at - RENEW_BEFORE.min(life / 12)
}

/// Until when an access token can begin a request.
pub(super) fn usable_until(grant: &Grant) -> DateTime<Utc> {
    let life = grant.expires_at - grant.obtained_at;
    grant.expires_at - SPARE.min(life / 24)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(day)
    }

    fn life(granted: i64, renewed: i64) -> Life {
        Life {
            idle_until: at(renewed) + IDLE,
            absolute_until: at(granted) + ABSOLUTE,
        }
    }

    #[test]
    fn people_are_warned_in_the_last_week_and_told_why() {
        let idle = life(0, 0);
        assert_eq!(idle.warning(at(82)), None);
        let warning = idle.warning(at(83)).unwrap();
        assert!(
            warning.contains("1970-04-01") && warning.contains("months"),
            "{warning}"
        );

        let used = life(0, 350);
        assert_eq!(used.warning(at(357)), None);
        let warning = used.warning(at(358)).unwrap();
        assert!(
            warning.contains("1971-01-01") && warning.contains("a year"),
            "{warning}"
        );
        assert_eq!(used.ends_at(), at(365));
    }
}
