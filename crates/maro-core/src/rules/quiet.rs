//! Quiet hours: the part of each day in which nobody is to be disturbed.
//!
//! Times are of a fixed distance to UTC. There is no table of time zones here, so a rule that should
//! follow summer time is changed twice a year.

use chrono::{DateTime, Days, FixedOffset, NaiveTime, Utc};
use serde::{Deserialize, Serialize};

/// From when to when nothing is sent. `22:00` to `07:00` goes over midnight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuietHours {
    /// When it begins, as `HH:MM`.
    #[serde(with = "clock_time")]
    pub from: NaiveTime,
    /// When it ends, as `HH:MM`.
    #[serde(with = "clock_time")]
    pub to: NaiveTime,
    /// How far the clock is ahead of UTC, as `+02:00`.
    #[serde(default = "utc", with = "utc_offset")]
    pub utc_offset: FixedOffset,
}

const fn utc() -> FixedOffset {
    match FixedOffset::east_opt(0) {
        Some(offset) => offset,
        None => unreachable!(),
    }
}

impl QuietHours {
    /// When the quiet that holds at `now` ends. `None`: it is not quiet.
    #[must_use]
    pub fn ends(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let here = now.with_timezone(&self.utc_offset);
        let (time, today) = (here.time(), here.date_naive());
        let tomorrow = today.checked_add_days(Days::new(1))?;
        let ends_on = if self.from <= self.to {
            (self.from <= time && time < self.to).then_some(today)
        } else if time >= self.from {
            Some(tomorrow)
        } else {
            (time < self.to).then_some(today)
        };
        let ends = ends_on?.and_time(self.to);
        let ends = ends.and_local_timezone(self.utc_offset).single()?;
        Some(ends.with_timezone(&Utc))
    }
}

mod clock_time {
    use chrono::NaiveTime;
    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serializer};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it over so")]
    pub(super) fn serialize<S: Serializer>(time: &NaiveTime, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&time.format("%H:%M"))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<NaiveTime, D::Error> {
        let text = String::deserialize(from)?;
        NaiveTime::parse_from_str(&text, "%H:%M")
            .map_err(|_| D::Error::custom("write the time as 22:00"))
    }
}

mod utc_offset {
    use chrono::FixedOffset;
    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serializer};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it over so")]
    pub(super) fn serialize<S: Serializer>(offset: &FixedOffset, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(offset)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<FixedOffset, D::Error> {
        let text = String::deserialize(from)?;
        text.parse()
            .map_err(|_| D::Error::custom("write the distance to UTC as +02:00"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(json: &str) -> QuietHours {
        serde_json::from_str(json).unwrap()
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn quiet_ends_at_its_hour_also_over_midnight_and_elsewhere() {
        let night = r#"{"from":"22:00","to":"07:00","utc_offset":"+02:00"}"#;
        let noon = r#"{"from":"12:00","to":"13:00"}"#;
        let cases = [
            (night, "2026-01-01T19:59:59Z", None),
            (night, "2026-01-01T20:00:00Z", Some("2026-01-02T05:00:00Z")),
            (night, "2026-01-02T04:59:59Z", Some("2026-01-02T05:00:00Z")),
            (night, "2026-01-02T05:00:00Z", None),
            (noon, "2026-01-02T12:30:00Z", Some("2026-01-02T13:00:00Z")),
            (noon, "2026-01-02T13:00:00Z", None),
        ];
        for (rule, now, ends) in cases {
            assert_eq!(hours(rule).ends(at(now)), ends.map(at), "{rule} {now}");
        }
    }

    #[test]
    fn mistakes_are_refused_and_the_rest_is_written_as_it_was_read() {
        for json in [
            r#"{"from":"25:00","to":"07:00"}"#,
            r#"{"from":"22:00","to":"07:00","utc_offset":"CET"}"#,
            r#"{"from":"22:00","to":"07:00","zone":"UTC"}"#,
        ] {
            assert!(serde_json::from_str::<QuietHours>(json).is_err(), "{json}");
        }
        let json = r#"{"from":"22:00","to":"07:00","utc_offset":"-05:30"}"#;
        assert_eq!(serde_json::to_string(&hours(json)).unwrap(), json);
    }
}
