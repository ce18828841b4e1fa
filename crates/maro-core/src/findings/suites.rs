//! Suites: what is known of one beside its runs, and when it is expected to report.

use chrono::{DateTime, TimeDelta, Utc};

use super::{FieldFault, Outcome};
use crate::ids::RunId;

/// How often a suite shall report, and how much later is no reason to worry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expectation {
    every: TimeDelta,
    grace: TimeDelta,
}

const SHORTEST: TimeDelta = TimeDelta::minutes(1);
const LONGEST: TimeDelta = TimeDelta::days(366);

impl Expectation {
    /// Takes both spans as people write them, for example `24h` and `30m`. Without a grace there is
    /// one of a tenth.
    pub fn parse(every: &str, grace: Option<&str>) -> Result<Self, FieldFault> {
        let fault = |field, message: &str| FieldFault {
            field,
            message: message.to_owned(),
        };
        let sentence = "Write a number with m, h or d, for example 30m, 24h or 7d.";
        let every = parse_span(every).ok_or_else(|| fault("every", sentence))?;
        if !(SHORTEST..=LONGEST).contains(&every) {
            return Err(fault("every", "This is from 1m to 366d."));
        }
        let grace = match grace {
            Some(grace) => parse_span(grace).ok_or_else(|| fault("grace", sentence))?,
            None => every / 10,
        };
        if grace > LONGEST {
            return Err(fault("grace", "This is at most 366d."));
        }
        Ok(Self { every, grace })
    }

    /// Reads what was stored, in seconds.
    #[must_use]
    pub fn of_seconds(every: i64, grace: i64) -> Option<Self> {
        Some(Self {
            every: TimeDelta::try_seconds(every)?,
            grace: TimeDelta::try_seconds(grace)?,
        })
    }

    /// How often.
    #[must_use]
    pub fn every(&self) -> TimeDelta {
        self.every
    }

    /// How much later is fine.
    #[must_use]
    pub fn grace(&self) -> TimeDelta {
        self.grace
    }

    /// When a suite that last reported at this time must have reported again.
    #[must_use]
    pub fn due(&self, last: DateTime<Utc>) -> DateTime<Utc> {
        let due = last.checked_add_signed(self.every + self.grace);
        due.unwrap_or(DateTime::<Utc>::MAX_UTC)
    }
}

/// Reads a span such as `30m`, `24h` or `7d`.
#[must_use]
pub fn parse_span(text: &str) -> Option<TimeDelta> {
    let text = text.trim();
    let unit = text.chars().last()?;
    let number: i64 = text[..text.len() - unit.len_utf8()].trim().parse().ok()?;
    let minutes = match unit {
        'm' => 1,
        'h' => 60,
        'd' => 24 * 60,
        _ => return None,
    };
    let minutes = number
        .checked_mul(minutes)
        .filter(|minutes| *minutes >= 0)?;
    TimeDelta::try_minutes(minutes)
}

/// Writes a span in the largest unit that it fills.
#[must_use]
pub fn write_span(span: TimeDelta) -> String {
    match (span.num_minutes(), span.num_hours()) {
        (minutes, _) if minutes % 60 != 0 => format!("{minutes}m"),
        (_, hours) if hours % 24 != 0 || hours == 0 => format!("{hours}h"),
        (_, hours) => format!("{}d", hours / 24),
    }
}

/// The newest run of a suite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastRun {
    /// The run.
    pub id: RunId,
    /// When it was reported.
    pub at: DateTime<Utc>,
    /// How it ended.
    pub outcome: Outcome,
}

/// A suite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suite {
    /// Its name, by which runs belong to it.
    pub name: String,
    /// Its newest run; none, when it is expected and never ran.
    pub last_run: Option<LastRun>,
    /// How often it must report.
    pub expectation: Option<Expectation>,
    /// Since when that is expected.
    pub expected_since: Option<DateTime<Utc>>,
    /// Since when it is known to be late.
    pub late_since: Option<DateTime<Utc>>,
}

impl Suite {
    /// When it must have reported.
    #[must_use]
    pub fn due(&self) -> Option<DateTime<Utc>> {
        let ran = self.last_run.as_ref().map(|run| run.at);
        // Somebody who begins to expect a suite gives it its time.
        let from = ran.max(self.expected_since)?;
        Some(self.expectation?.due(from))
    }

    /// Whether it has not reported although it must have.
    #[must_use]
    pub fn is_late(&self, now: DateTime<Utc>) -> bool {
        self.due().is_some_and(|due| due <= now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_and_written() {
        for (text, minutes, written) in [
            ("30m", 30, "30m"),
            (" 24 h", 1440, "1d"),
            ("90m", 90, "90m"),
            ("36h", 2160, "36h"),
            ("7d", 10_080, "7d"),
            ("0m", 0, "0h"),
        ] {
            let span = parse_span(text).unwrap();
            assert_eq!(
                (span.num_minutes(), write_span(span).as_str()),
                (minutes, written)
            );
        }
        for bad in [
            "",
            "h",
            "-1h",
            "1w",
            "1.5h",
            "99999999999999999999d",
            "9223372036854775807d",
            "3ü",
        ] {
            assert_eq!(parse_span(bad), None, "{bad}");
        }
    }

    #[test]
    fn expectations_have_bounds() {
        let field = |every, grace| Expectation::parse(every, grace).unwrap_err().field;
        assert_eq!(field("0m", None), "every");
        assert_eq!(field("400d", None), "every");
        assert_eq!(field("1d", Some("often")), "grace");
        let nightly = Expectation::parse("24h", None).unwrap();
        assert_eq!(nightly.grace(), TimeDelta::minutes(144));
    }

    #[test]
    fn a_suite_is_late_after_its_grace() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let ago = |hours| now - TimeDelta::hours(hours);
        let suite = |ran: Option<i64>, since: i64| Suite {
            name: "nightly".into(),
            last_run: ran.map(|hours| LastRun {
                id: RunId(uuid::Uuid::nil()),
                at: ago(hours),
                outcome: Outcome::Passed,
            }),
            expectation: Expectation::parse("24h", Some("2h")).ok(),
            expected_since: Some(ago(since)),
            late_since: None,
        };
        for (ran, since, late) in [
            (Some(25), 100, false),
            (Some(26), 100, true),
            (Some(100), 1, false),
            (None, 25, false),
            (None, 26, true),
        ] {
            assert_eq!(suite(ran, since).is_late(now), late, "{ran:?} {since}");
        }
        let unexpected = Suite {
            expectation: None,
            ..suite(Some(900), 900)
        };
        assert!(!unexpected.is_late(now));
    }
}
