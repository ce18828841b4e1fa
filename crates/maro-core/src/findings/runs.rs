//! Suite runs: one execution of a suite, as somebody reported it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{FieldFault, Totals};
use crate::actor::Actor;
use crate::ids::RunId;

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Nothing failed for good.
    Passed,
    /// Something failed.
    Failed,
    /// No test was in it; that is seldom what somebody wanted.
    Empty,
}

impl Outcome {
    /// All outcomes.
    pub const ALL: [Self; 3] = [Self::Passed, Self::Failed, Self::Empty];

    /// Decides by totals. `excused` failures passed when they were run again.
    #[must_use]
    pub fn of(totals: &Totals, excused: u64) -> Self {
        if totals.tests == 0 {
            Self::Empty
        } else if totals.failed + totals.errors > excused {
            Self::Failed
        } else {
            Self::Passed
        }
    }

    /// The word that is stored and that the API uses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Empty => "empty",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|outcome| outcome.as_str() == text)
    }
}

/// Where a run took place, as far as the reporter says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunContext {
    /// The branch.
    pub branch: Option<String>,
    /// The commit.
    pub revision: Option<String>,
    /// The environment, for example `staging`.
    pub environment: Option<String>,
    /// The build, as a web address.
    pub url: Option<String>,
}

/// One execution of a suite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuiteRun {
    /// Its id; ids are in the order of time.
    pub id: RunId,
    /// The suite.
    pub suite: String,
    /// How it ended.
    pub outcome: Outcome,
    /// How many cases ended in which way.
    pub totals: Totals,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// When it began, if the reporter says so.
    pub started_at: Option<DateTime<Utc>>,
    /// When it was reported.
    pub reported_at: DateTime<Utc>,
    /// Who reported it.
    pub reporter: Actor,
    /// Where it took place.
    pub context: RunContext,
    /// Failed cases that are counted but not kept.
    pub left_out: u64,
}

const LONGEST_SUITE: usize = 200;
const LONGEST_WORD: usize = 200;
const LONGEST_URL: usize = 2_000;

/// Names what is wrong with a suite's name and its context.
#[must_use]
pub fn check_context(suite: &str, context: &RunContext) -> Vec<FieldFault> {
    let mut problems = Vec::new();
    if suite.trim().is_empty() {
        problems.push(problem("suite", "Say which suite this is.".to_owned()));
    }
    let fields = [
        ("suite", Some(suite), LONGEST_SUITE),
        ("branch", context.branch.as_deref(), LONGEST_WORD),
        ("revision", context.revision.as_deref(), LONGEST_WORD),
        ("environment", context.environment.as_deref(), LONGEST_WORD),
        ("url", context.url.as_deref(), LONGEST_URL),
    ];
    for (field, text, most) in fields {
        if text.is_some_and(|text| text.chars().count() > most) {
            let sentence = format!("This may have at most {most} characters.");
            problems.push(problem(field, sentence));
        }
    }
    let is_web = |url: &str| url.starts_with("https://") || url.starts_with("http://");
    if context.url.as_deref().is_some_and(|url| !is_web(url)) {
        let sentence = "The address begins with https:// or http://.".to_owned();
        problems.push(problem("url", sentence));
    }
    problems
}

fn problem(field: &'static str, message: String) -> FieldFault {
    FieldFault { field, message }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_decide_the_outcome() {
        let totals = |tests, failed, errors| Totals {
            tests,
            failed,
            errors,
            ..Totals::default()
        };
        let cases = [
            (totals(0, 0, 0), 0, Outcome::Empty),
            (totals(3, 0, 0), 0, Outcome::Passed),
            (totals(3, 1, 0), 0, Outcome::Failed),
            (totals(3, 0, 1), 0, Outcome::Failed),
            (totals(3, 1, 1), 1, Outcome::Failed),
            (totals(3, 1, 1), 2, Outcome::Passed),
        ];
        for (totals, excused, outcome) in cases {
            assert_eq!(Outcome::of(&totals, excused), outcome, "{totals:?}");
        }
    }

    #[test]
    fn mistakes_in_the_context_are_named() {
        let context = RunContext {
            branch: Some("b".repeat(201)),
            url: Some("javascript:alert(1)".into()),
            ..RunContext::default()
        };
        let problems = check_context(" ", &context);
        let fields: Vec<&str> = problems.iter().map(|p| p.field).collect();
        assert_eq!(fields, ["suite", "branch", "url"]);
        assert_eq!(check_context("api", &RunContext::default()), []);
    }
}
