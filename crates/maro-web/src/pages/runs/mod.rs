//! Suite runs on the web: what was run, and what failed in it.

mod list;
mod show;

#[cfg(test)]
pub(super) use list::RunsPage;
pub(super) use list::list;
#[cfg(test)]
pub(super) use show::RunPage;
pub(super) use show::show;

use maro_app::model::{Outcome, RunId, SuiteRun};

use super::lists::address;
use super::parts::{Markup, badge};

/// Where runs are.
pub(super) const PATH: &str = "/suite-runs";

/// The address of a run.
pub(super) fn path(id: RunId) -> String {
    format!("{PATH}/{id}")
}

/// The address of the runs of a suite.
pub(super) fn of_suite(suite: &str) -> String {
    address(PATH, &[("suite", suite)])
}

/// How a run ended.
pub(super) fn outcome(outcome: Outcome) -> Markup {
    match outcome {
        Outcome::Passed => badge("good", "good", "Passed"),
        Outcome::Failed => badge("bad", "bad", "Failed"),
        Outcome::Empty => badge("warn", "warn", "No tests"),
    }
}

/// How long a run took, in words.
fn duration(run: &SuiteRun) -> String {
    let (seconds, millis) = (run.duration_ms / 1000, run.duration_ms % 1000);
    match seconds {
        0 => format!("{millis} ms"),
        1..60 => format!("{seconds}.{} s", millis / 100),
        60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}

#[cfg(test)]
fn sample_run() -> SuiteRun {
    use maro_app::model::{Actor, RunContext, Totals};
    SuiteRun {
        id: RunId(uuid::Uuid::nil()),
        suite: "checkout <api>".to_owned(),
        outcome: Outcome::Failed,
        totals: Totals {
            tests: 12,
            passed: 9,
            failed: 2,
            errors: 0,
            skipped: 1,
            flaky: 1,
        },
        duration_ms: 61_500,
        started_at: None,
        reported_at: chrono::DateTime::UNIX_EPOCH,
        reporter: Actor::Operator,
        context: RunContext {
            branch: Some("feature/<x>".to_owned()),
            revision: Some("0123abc".to_owned()),
            environment: None,
            url: Some("https://ci.example/?a=\"7\"".to_owned()),
        },
        left_out: 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_well() {
        for (ms, words) in [
            (0, "0 ms"),
            (999, "999 ms"),
            (1_500, "1.5 s"),
            (61_500, "1 min 1 s"),
            (7_320_000, "2 h 2 min"),
        ] {
            let run = SuiteRun {
                duration_ms: ms,
                ..sample_run()
            };
            assert_eq!(duration(&run), words);
        }
    }
}
