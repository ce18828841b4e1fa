//! One message per second and channel, with a small burst.

use std::collections::VecDeque;

use chrono::{DateTime, TimeDelta, Utc};

use crate::slack::error::SlackError;

/// Counts a message, or refuses it.
///
/// A channel takes `burst` messages at once; after that each message waits
/// until a second has passed for it.
pub(crate) fn count(
    posted: &mut VecDeque<DateTime<Utc>>,
    burst: u32,
    now: DateTime<Utc>,
) -> Result<(), SlackError> {
    let window = TimeDelta::seconds(i64::from(burst));
    while posted.front().is_some_and(|at| now - *at >= window) {
        posted.pop_front();
    }
    if posted.len() >= burst as usize {
        return Err(SlackError::limited(1));
    }
    posted.push_back(now);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_taken_then_one_per_second() {
        let mut posted = VecDeque::new();
        let start = DateTime::UNIX_EPOCH;
        let mut at = |ms| count(&mut posted, 3, start + TimeDelta::milliseconds(ms)).is_ok();

        let taken: Vec<bool> = [0, 0, 0, 0, 2_999, 3_000].map(&mut at).to_vec();

        assert_eq!(taken, [true, true, true, false, false, true]);
    }
}
