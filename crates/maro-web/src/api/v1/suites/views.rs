//! Suites and trends as the API shows them.

use chrono::{DateTime, NaiveDate, Utc};
use maro_app::findings::Trend;
use maro_app::model::{OpenDay, Severity, Suite, SuiteDay, write_span};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A suite.
#[derive(Serialize, ToSchema)]
pub(super) struct SuiteView {
    #[schema(example = "checkout-api")]
    name: String,
    /// Its newest run.
    last_run: Option<Uuid>,
    last_run_at: Option<DateTime<Utc>>,
    /// How that ended.
    #[schema(example = "passed")]
    last_outcome: Option<&'static str>,
    /// How often it is expected to report.
    #[schema(example = "1d")]
    every: Option<String>,
    /// How much later is no reason to worry.
    #[schema(example = "2h")]
    grace: Option<String>,
    /// When it must have reported again.
    due: Option<DateTime<Utc>>,
    /// Since when it is known to be late.
    late_since: Option<DateTime<Utc>>,
}

impl From<Suite> for SuiteView {
    fn from(suite: Suite) -> Self {
        let last = suite.last_run.as_ref();
        Self {
            last_run: last.map(|run| run.id.0),
            last_run_at: last.map(|run| run.at),
            last_outcome: last.map(|run| run.outcome.as_str()),
            every: suite.expectation.map(|one| write_span(one.every())),
            grace: suite.expectation.map(|one| write_span(one.grace())),
            due: suite.due(),
            late_since: suite.late_since,
            name: suite.name,
        }
    }
}

/// What runs and defects did over time.
#[derive(Serialize, ToSchema)]
pub(super) struct TrendView {
    /// The first day.
    #[schema(value_type = String, format = Date)]
    from: NaiveDate,
    /// Today.
    #[schema(value_type = String, format = Date)]
    to: NaiveDate,
    /// Days on which something ran, oldest first.
    days: Vec<DayView>,
    /// Days on which open defects were counted, oldest first; empty for a single suite.
    open_defects: Vec<OpenView>,
}

/// One day of runs.
#[derive(Serialize, ToSchema)]
struct DayView {
    #[schema(value_type = String, format = Date)]
    day: NaiveDate,
    runs: i64,
    passed: i64,
    failed: i64,
    /// Of a hundred runs that had tests, how many passed.
    pass_rate: Option<f64>,
    /// Cases in all runs.
    cases: i64,
    cases_failed: i64,
    /// Cases that failed and passed in the same run.
    cases_flaky: i64,
    /// How long a run took on average, in seconds.
    mean_seconds: Option<f64>,
}

/// Defects that were open at the end of a day.
#[derive(Serialize, ToSchema)]
struct OpenView {
    #[schema(value_type = String, format = Date)]
    day: NaiveDate,
    critical: i64,
    high: i64,
    medium: i64,
    low: i64,
}

impl From<SuiteDay> for DayView {
    fn from(day: SuiteDay) -> Self {
        Self {
            day: day.day,
            runs: day.runs,
            passed: day.passed,
            failed: day.failed,
            pass_rate: day.pass_rate(),
            cases: day.cases,
            cases_failed: day.cases_failed,
            cases_flaky: day.cases_flaky,
            mean_seconds: day.mean_seconds(),
        }
    }
}

impl From<OpenDay> for OpenView {
    fn from(day: OpenDay) -> Self {
        // The order of `Severity::ALL`, the worst first.
        let [critical, high, medium, low]: [i64; Severity::ALL.len()] = day.open;
        Self {
            day: day.day,
            critical,
            high,
            medium,
            low,
        }
    }
}

impl From<Trend> for TrendView {
    fn from(trend: Trend) -> Self {
        Self {
            from: trend.from,
            to: trend.to,
            days: trend.days.into_iter().map(Into::into).collect(),
            open_defects: trend.open.into_iter().map(Into::into).collect(),
        }
    }
}
