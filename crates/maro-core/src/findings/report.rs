//! What a report said: totals, and the cases that failed, within bounds.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::Outcome;
use crate::ids::DefectId;
use crate::text::{clip, make_visible, one_line};

/// Failed cases that are kept of one run; more are counted.
pub const MOST_FAILURES: usize = 10_000;
/// Passed cases that are remembered by a number each; of larger runs, later ones close no defect.
const MOST_PASSED: usize = 200_000;
const LONGEST_NAME: usize = 500;
const LONGEST_MESSAGE: usize = 1_000;
const LONGEST_DETAILS: usize = 8_000;
/// Details of all failures together; later ones keep their message alone.
const DETAILS_BUDGET: usize = 16 * 1024 * 1024;

/// How many cases ended in which way. Every case is counted once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// All cases.
    pub tests: u64,
    /// Passed.
    pub passed: u64,
    /// An assertion failed.
    pub failed: u64,
    /// Broke before it could fail.
    pub errors: u64,
    /// Not run.
    pub skipped: u64,
    /// Cases that failed and passed in the same run; they are among the others, too.
    pub flaky: u64,
}

/// Which case.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct CaseName {
    /// The suite inside the report.
    pub suite: String,
    /// The class or module.
    pub class_name: String,
    /// The case itself.
    pub name: String,
}

impl CaseName {
    /// A number that stands for the case, the same in every run.
    #[must_use]
    pub fn key(&self) -> u64 {
        let mut hash = Sha256::new();
        for part in [&self.suite, &self.class_name, &self.name] {
            hash.update(short(part));
            hash.update([0]);
        }
        let hash: [u8; 32] = hash.finalize().into();
        u64::from_be_bytes(std::array::from_fn(|place| hash[place]))
    }
}

/// How a case failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FailureKind {
    /// An assertion failed.
    Failure,
    /// It broke before it could fail.
    Error,
}

impl FailureKind {
    /// The word that is stored and shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Failure => "failure",
            Self::Error => "error",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Failure, Self::Error]
            .into_iter()
            .find(|kind| kind.as_str() == text)
    }
}

/// A case that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedCase {
    /// Which one.
    pub case: CaseName,
    /// How it failed.
    pub kind: FailureKind,
    /// The type that the tool named, for example an exception.
    pub failure_type: Option<String>,
    /// What it said, on one line.
    pub message: String,
    /// The trace, or whatever else the tool wrote.
    pub details: String,
    /// Whether it passed in the same run, too.
    pub flaky: bool,
    /// The defect that it raised.
    pub defect: Option<DefectId>,
}

impl FailedCase {
    /// Makes everything visible and cuts it to what is kept.
    #[must_use]
    pub fn bounded(self) -> Self {
        let details = clip(&make_visible(&self.details), LONGEST_DETAILS);
        let first_line = || details.lines().find(|line| !line.trim().is_empty());
        let message = match one_line(&self.message) {
            empty if empty.is_empty() => one_line(first_line().unwrap_or_default()),
            message => message,
        };
        Self {
            case: CaseName {
                suite: short(&self.case.suite),
                class_name: short(&self.case.class_name),
                name: short(&self.case.name),
            },
            failure_type: self
                .failure_type
                .map(|kind| short(&kind))
                .filter(|kind| !kind.is_empty()),
            message: clip(&message, LONGEST_MESSAGE),
            details,
            ..self
        }
    }
}

fn short(name: &str) -> String {
    clip(&one_line(name), LONGEST_NAME)
}

/// How a case ended that is about to be counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ending {
    Passed,
    Skipped,
    Failed(FailedCase),
    /// Failed at first and passed when it was run again, by the tool's own mark.
    PassedAgain(FailedCase),
}

/// What the files of one run said together.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// How the report calls itself, when all its files agree.
    pub name: Option<String>,
    /// How many cases ended in which way.
    pub totals: Totals,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// When it began, if it says so.
    pub started_at: Option<DateTime<Utc>>,
    /// The failed cases that are kept, in the order of the report.
    pub failures: Vec<FailedCase>,
    /// Failed cases beyond [`MOST_FAILURES`].
    pub left_out: u64,
    /// The keys of cases that passed at once.
    pub passed: HashSet<u64>,
    pub(super) names_differ: bool,
    excused: u64,
    details: usize,
    places: HashMap<u64, Vec<usize>>,
}

impl Report {
    /// Counts a case and keeps it if it failed.
    pub(super) fn count(&mut self, case: &CaseName, ending: Ending) {
        self.totals.tests += 1;
        match ending {
            Ending::Skipped => self.totals.skipped += 1,
            Ending::Passed => {
                self.totals.passed += 1;
                self.pass(case);
            }
            Ending::PassedAgain(failed) => {
                self.totals.passed += 1;
                self.totals.flaky += 1;
                self.keep(FailedCase {
                    flaky: true,
                    ..failed
                });
            }
            Ending::Failed(failed) => {
                match failed.kind {
                    FailureKind::Failure => self.totals.failed += 1,
                    FailureKind::Error => self.totals.errors += 1,
                }
                self.keep(failed);
            }
        }
    }

    /// Whether the run counts as failed. A case that passed when it was run again does not make it so.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        Outcome::of(&self.totals, self.excused)
    }

    /// A case passes. If it failed earlier in this run it is flaky, and excused.
    fn pass(&mut self, case: &CaseName) {
        // Cases without a name are not the same case.
        if case.name.is_empty() {
            return;
        }
        let key = case.key();
        let Some(places) = self.places.remove(&key) else {
            if self.passed.len() < MOST_PASSED {
                self.passed.insert(key);
            }
            return;
        };
        self.totals.flaky += 1;
        self.excused += places.len() as u64;
        for place in places {
            self.failures[place].flaky = true;
        }
    }

    fn keep(&mut self, failed: FailedCase) {
        if self.failures.len() >= MOST_FAILURES {
            self.left_out += 1;
            return;
        }
        if !failed.flaky {
            let place = self.failures.len();
            self.places
                .entry(failed.case.key())
                .or_default()
                .push(place);
        }
        let mut failed = failed.bounded();
        if self.details + failed.details.len() > DETAILS_BUDGET {
            failed.details = String::new();
        }
        self.details += failed.details.len();
        self.failures.push(failed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(name: &str) -> CaseName {
        CaseName {
            name: name.into(),
            ..CaseName::default()
        }
    }

    fn failed(name: &str, details: &str) -> FailedCase {
        FailedCase {
            case: case(name),
            kind: FailureKind::Failure,
            failure_type: None,
            message: String::new(),
            details: details.into(),
            flaky: false,
            defect: None,
        }
    }

    #[test]
    fn a_case_that_passes_when_run_again_is_flaky_and_excused() {
        let mut report = Report::default();
        report.count(&case("a"), Ending::Failed(failed("a", "")));
        report.count(&case("a"), Ending::Failed(failed("a", "")));
        report.count(&case("b"), Ending::Passed);
        assert_eq!(report.outcome(), Outcome::Failed);

        report.count(&case("a"), Ending::Passed);

        assert_eq!(report.outcome(), Outcome::Passed);
        assert_eq!((report.totals.tests, report.totals.flaky), (4, 1));
        assert!(report.failures.iter().all(|failed| failed.flaky));
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let mut report = Report::default();
        let long = format!("\n{}", "ä".repeat(9_000));
        for number in 0..MOST_FAILURES + 5 {
            let name = number.to_string();
            report.count(&case(&name), Ending::Failed(failed(&name, &long)));
        }
        assert_eq!(report.failures.len(), MOST_FAILURES);
        assert_eq!((report.left_out, report.totals.failed), (5, 10_005));
        let kept: usize = report.failures.iter().map(|f| f.details.len()).sum();
        assert!(kept <= DETAILS_BUDGET);
        let last = report.failures.last().unwrap();
        assert_eq!(last.details, "", "the budget is spent");
        assert_eq!(last.message.chars().count(), LONGEST_MESSAGE);
    }
}
