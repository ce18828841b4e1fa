//! How often a place is told something: at most one message and one digest per interval.

use chrono::{DateTime, TimeDelta, Utc};

use super::Notify;

/// What a place got last.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Gate {
    /// When it got its last message.
    pub last_message: Option<DateTime<Utc>>,
    /// When it got its last digest.
    pub last_digest: Option<DateTime<Utc>>,
}

/// What becomes of what a place holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flush {
    /// One thing gets a card of its own.
    Card,
    /// Everything goes into one digest.
    Digest,
    /// Nothing before then.
    Later(DateTime<Utc>),
}

impl Gate {
    /// What becomes of so many things that are due.
    #[must_use]
    pub fn flush(&self, held: u64, interval: TimeDelta, now: DateTime<Utc>) -> Flush {
        if held == 1 && self.takes_message(interval, now) {
            Flush::Card
        } else if self.takes_digest(interval, now) {
            Flush::Digest
        } else {
            Flush::Later(self.last_digest.map_or(now, |last| last + interval))
        }
    }

    /// Until when something new has to wait, and why. `None`: it can be told now.
    #[must_use]
    pub fn closed(
        &self,
        notify: &Notify,
        now: DateTime<Utc>,
    ) -> Option<(DateTime<Utc>, &'static str)> {
        if let Some(ends) = notify.quiet_hours.as_ref().and_then(|q| q.ends(now)) {
            return Some((ends, "These are quiet hours."));
        }
        let free = self.free_at(notify, now);
        let grouped = now + notify.group_wait.length();
        if grouped > now {
            let why = "It waits for others that may belong to it.";
            return Some((free.unwrap_or(now).max(grouped), why));
        }
        let why = "The place was told something less than an interval ago.";
        free.map(|at| (at, why))
    }

    /// Whether a message can go out now, by a clock that may have been set back.
    #[must_use]
    pub fn takes_message(&self, interval: TimeDelta, now: DateTime<Utc>) -> bool {
        is_over(self.last_message, interval, now)
    }

    /// Whether a digest can go out now.
    #[must_use]
    pub fn takes_digest(&self, interval: TimeDelta, now: DateTime<Utc>) -> bool {
        is_over(self.last_digest, interval, now)
    }

    fn free_at(&self, notify: &Notify, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let interval = notify.interval.length();
        if self.takes_message(interval, now) {
            return None;
        }
        self.last_message.map(|last| last + interval)
    }
}

fn is_over(last: Option<DateTime<Utc>>, interval: TimeDelta, now: DateTime<Utc>) -> bool {
    last.is_none_or(|last| now - last >= interval || last > now)
}
