//! Trends: what a suite did on a day, and how many defects were open.
//!
//! Runs are added up when they are recorded, so that a page of months reads a few rows.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::{Outcome, Severity, SuiteRun};

/// How long after it began a run may be reported and still count for the day on which it began.
/// Later ones count for the day of the report: what is that old changes no history.
const LATEST_REPORT: TimeDelta = TimeDelta::days(31);

/// What a suite did on one day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SuiteDay {
    /// The day, in UTC.
    pub day: NaiveDate,
    /// Runs.
    pub runs: i64,
    /// Runs that passed.
    pub passed: i64,
    /// Runs that failed.
    pub failed: i64,
    /// Cases in all runs.
    pub cases: i64,
    /// Cases that failed or broke.
    pub cases_failed: i64,
    /// Cases that failed and passed in the same run.
    pub cases_flaky: i64,
    /// How long the runs took together, in milliseconds.
    pub duration_ms: i64,
}

impl SuiteDay {
    /// The day of one run.
    #[must_use]
    pub fn of(run: &SuiteRun) -> Self {
        let count = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        Self {
            day: day_of(run),
            runs: 1,
            passed: (run.outcome == Outcome::Passed).into(),
            failed: (run.outcome == Outcome::Failed).into(),
            cases: count(run.totals.tests),
            cases_failed: count(run.totals.failed.saturating_add(run.totals.errors)),
            cases_flaky: count(run.totals.flaky),
            duration_ms: count(run.duration_ms),
        }
    }

    /// Of a hundred runs that had tests, how many passed.
    #[must_use]
    pub fn pass_rate(&self) -> Option<f64> {
        ratio(self.passed, self.passed + self.failed).map(|part| part * 100.0)
    }

    /// Of a hundred cases, how many were flaky.
    #[must_use]
    pub fn flaky_rate(&self) -> Option<f64> {
        ratio(self.cases_flaky, self.cases).map(|part| part * 100.0)
    }

    /// How long a run took on average, in seconds.
    #[must_use]
    pub fn mean_seconds(&self) -> Option<f64> {
        ratio(self.duration_ms, self.runs).map(|millis| millis / 1000.0)
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts of a day are far below 2^52"
)]
fn ratio(part: i64, whole: i64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// The day for which a run counts: when it began, if somebody says so who can be right.
fn day_of(run: &SuiteRun) -> NaiveDate {
    let reported: DateTime<Utc> = run.reported_at;
    let believable =
        |began: &DateTime<Utc>| *began <= reported && reported - *began <= LATEST_REPORT;
    run.started_at
        .filter(believable)
        .unwrap_or(reported)
        .date_naive()
}

/// How many defects were open at the end of a day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OpenDay {
    /// The day, in UTC.
    pub day: NaiveDate,
    /// How many, by severity, the worst first.
    pub open: [i64; Severity::ALL.len()],
}

impl OpenDay {
    /// All of them.
    #[must_use]
    pub fn total(&self) -> i64 {
        self.open.iter().sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actor::Actor;
    use crate::findings::{RunContext, Totals};
    use crate::ids::RunId;

    fn run(began_hours_ago: Option<i64>) -> SuiteRun {
        let reported_at = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        SuiteRun {
            id: RunId(uuid::Uuid::nil()),
            suite: "shop".into(),
            outcome: Outcome::Failed,
            totals: Totals {
                tests: 8,
                failed: 1,
                errors: 1,
                flaky: 2,
                ..Totals::default()
            },
            duration_ms: 2_500,
            started_at: began_hours_ago.map(|hours| reported_at - TimeDelta::hours(hours)),
            reported_at,
            reporter: Actor::Operator,
            context: RunContext::default(),
            left_out: 0,
        }
    }

    #[test]
    fn a_run_counts_for_the_day_on_which_it_began() {
        let day = |hours| SuiteDay::of(&run(hours)).day.to_string();
        assert_eq!(day(None), "2027-01-15");
        assert_eq!(day(Some(0)), "2027-01-15");
        assert_eq!(day(Some(10)), "2027-01-14");
        assert_eq!(day(Some(-1)), "2027-01-15", "not in the future");
        assert_eq!(day(Some(24 * 32)), "2027-01-15", "not that old");
    }

    #[test]
    fn rates_are_of_what_there_was() {
        let day = SuiteDay {
            runs: 4,
            passed: 3,
            failed: 1,
            ..SuiteDay::of(&run(None))
        };
        assert_eq!(day.pass_rate(), Some(75.0));
        assert_eq!(day.flaky_rate(), Some(25.0));
        assert_eq!((day.cases_failed, day.mean_seconds()), (2, Some(0.625)));
        assert_eq!(SuiteDay::default().pass_rate(), None);
    }
}
