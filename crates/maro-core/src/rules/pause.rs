//! Lengths of time as people write them: `90s`, `10m`, `4h`, `2d`.

use std::fmt;
use std::str::FromStr;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

/// The longest pause that can be written.
const LONGEST: TimeDelta = TimeDelta::days(366);

/// A length of time in whole seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Pause(TimeDelta);

impl Pause {
    /// No time at all.
    pub const ZERO: Self = Self(TimeDelta::zero());

    /// So many seconds.
    #[must_use]
    pub const fn seconds(seconds: u32) -> Self {
        Self(TimeDelta::seconds(seconds as i64))
    }

    /// So many minutes.
    #[must_use]
    pub const fn minutes(minutes: u32) -> Self {
        Self(TimeDelta::minutes(minutes as i64))
    }

    /// As a length of time.
    #[must_use]
    pub const fn length(self) -> TimeDelta {
        self.0
    }
}

/// The text is no length of time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no length of time; write for example 90s, 10m, 4h or 2d")]
pub struct NoPause(String);

const UNITS: [(char, i64); 4] = [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

impl fmt::Display for Pause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.num_seconds();
        let whole = UNITS.into_iter().find(|(_, unit)| seconds % unit == 0);
        match whole {
            Some((letter, unit)) if seconds > 0 => write!(f, "{}{letter}", seconds / unit),
            _ => write!(f, "{seconds}s"),
        }
    }
}

impl FromStr for Pause {
    type Err = NoPause;

    fn from_str(text: &str) -> Result<Self, NoPause> {
        let seconds = || {
            let letter = text.chars().last()?;
            let (_, unit) = UNITS.into_iter().find(|(known, _)| *known == letter)?;
            let number: u32 = text.strip_suffix(letter)?.parse().ok()?;
            TimeDelta::try_seconds(i64::from(number).checked_mul(unit)?)
        };
        match seconds() {
            Some(length) if length <= LONGEST => Ok(Self(length)),
            _ => Err(NoPause(text.chars().take(40).collect())),
        }
    }
}

impl From<Pause> for String {
    fn from(pause: Pause) -> Self {
        pause.to_string()
    }
}

impl TryFrom<String> for Pause {
    type Error = NoPause;

    fn try_from(text: String) -> Result<Self, NoPause> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_in_its_largest_unit() {
        for (text, seconds, shown) in [
            ("0s", 0, "0s"),
            ("90s", 90, "90s"),
            ("60m", 3_600, "1h"),
            ("10m", 600, "10m"),
            ("2d", 172_800, "2d"),
        ] {
            let pause: Pause = text.parse().unwrap();
            assert_eq!(pause.length().num_seconds(), seconds, "{text}");
            assert_eq!(pause.to_string(), shown);
        }
        for text in ["", "10", "m", "-1m", "1.5h", "10 m", "999999999d", "5w"] {
            assert!(text.parse::<Pause>().is_err(), "{text}");
        }
    }
}
