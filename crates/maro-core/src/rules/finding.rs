//! A finding as rules see it, whatever its kind, and whether a rule is about it.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};

use super::{Kind, Match, Rule};
use crate::findings::{Defect, DefectStatus, Outcome, Severity, SuiteRun};
use crate::ids::{DefectId, RunId};

/// What a rule remembers something about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// A defect, an alert or an edge case.
    Defect(DefectId),
    /// A suite on a branch, from its first failing run until it passes.
    Suite {
        /// The branch; empty where the reporter does not say it.
        branch: String,
        /// The suite.
        suite: String,
    },
    /// One run, for rules that tell every run.
    Run(RunId),
}

/// Where a finding stands, as far as it matters to rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Somebody has to look at it.
    Open,
    /// Somebody does.
    Acknowledged,
    /// Nobody has to, any more or at all.
    Settled,
}

/// A finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The defect or the run.
    pub key: Key,
    /// What kind.
    pub kind: Kind,
    /// How bad it is, where that is known.
    pub severity: Option<Severity>,
    /// Who found it; of a run, the suite.
    pub source: String,
    /// What is wrong; of a run, the suite.
    pub title: String,
    /// How a run ended.
    pub outcome: Option<Outcome>,
    /// The branch of the run that saw it.
    pub branch: Option<String>,
    /// Whether it fails without a reason now and then.
    pub flaky: bool,
    /// Where it stands.
    pub standing: Standing,
    /// The word for that.
    pub status: &'static str,
    /// How often it was seen.
    pub count: i64,
    /// Until when nobody wants to hear of it.
    pub snoozed_until: Option<DateTime<Utc>>,
}

impl Finding {
    /// A defect, an alert or an edge case, seen on a branch where a run saw it.
    #[must_use]
    pub fn of_defect(defect: &Defect, branch: Option<&str>) -> Self {
        let standing = match defect.status {
            DefectStatus::Open => Standing::Open,
            DefectStatus::Acknowledged => Standing::Acknowledged,
            _ => Standing::Settled,
        };
        Self {
            key: Key::Defect(defect.id),
            kind: defect.kind.into(),
            severity: Some(defect.severity),
            source: defect.source.clone(),
            title: defect.title.clone(),
            outcome: None,
            branch: branch.map(str::to_owned),
            flaky: defect.flaky,
            standing,
            status: defect.status.as_str(),
            count: defect.count,
            snoozed_until: defect.snoozed_until,
        }
    }

    /// A run of a suite.
    #[must_use]
    pub fn of_run(run: &SuiteRun) -> Self {
        let standing = match run.outcome {
            Outcome::Passed => Standing::Settled,
            Outcome::Failed | Outcome::Empty => Standing::Open,
        };
        Self {
            key: Key::Run(run.id),
            kind: Kind::SuiteRun,
            severity: None,
            source: run.suite.clone(),
            title: run.suite.clone(),
            outcome: Some(run.outcome),
            branch: run.context.branch.clone(),
            flaky: false,
            standing,
            status: run.outcome.as_str(),
            count: 1,
            snoozed_until: None,
        }
    }

    /// A suite that fails, so many times in a row.
    #[must_use]
    pub fn of_suite(suite: &str, branch: &str, in_a_row: i64) -> Self {
        Self {
            key: Key::Suite {
                branch: branch.to_owned(),
                suite: suite.to_owned(),
            },
            kind: Kind::SuiteRun,
            severity: None,
            source: suite.to_owned(),
            title: suite.to_owned(),
            outcome: Some(Outcome::Failed),
            branch: (!branch.is_empty()).then(|| branch.to_owned()),
            flaky: false,
            standing: Standing::Open,
            status: Outcome::Failed.as_str(),
            count: in_a_row,
            snoozed_until: None,
        }
    }

    /// What this rule remembers it by.
    #[must_use]
    pub fn key_for(&self, rule: &Rule) -> Key {
        match &self.key {
            Key::Run(_) if !rule.tells_every_run() => Key::Suite {
                branch: self.branch.clone().unwrap_or_default(),
                suite: self.source.clone(),
            },
            key => key.clone(),
        }
    }

    /// The place of its severity in a digest, the worst first; runs come before all else.
    #[must_use]
    pub fn rank(&self) -> i32 {
        match self.severity {
            None => 0,
            Some(Severity::Critical) => 1,
            Some(Severity::High) => 2,
            Some(Severity::Medium) => 3,
            Some(Severity::Low) => 4,
        }
    }
}

/// Why a rule is not about a finding. `None`: it is.
#[must_use]
pub fn mismatch(when: &Match, finding: &Finding) -> Option<&'static str> {
    let fits_any = |patterns: &[String], text: &str| {
        patterns.is_empty() || patterns.iter().any(|pattern| fits(pattern, text))
    };
    let bad_enough = |least: Severity| finding.severity.is_none_or(|severity| severity <= least);
    let title = finding.title.to_lowercase();
    let word = |word: &String| title.contains(&word.trim().to_lowercase());
    if !when.kinds.is_empty() && !when.kinds.contains(&finding.kind) {
        Some("it is of another kind")
    } else if !when.min_severity.is_none_or(bad_enough) {
        Some("it is not severe enough")
    } else if !fits_any(&when.sources, &finding.source) {
        Some("it is from another source")
    } else if !when.title.is_empty() && !when.title.iter().any(word) {
        Some("its title has none of the words")
    } else if !fits_any(
        &when.branches,
        finding.branch.as_deref().unwrap_or_default(),
    ) {
        Some("it is on another branch")
    } else if finding.flaky && !when.include_flaky {
        Some("it is flaky")
    } else {
        None
    }
}

/// Whether a text is what a pattern says, in which `*` stands for anything.
fn fits(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let mut last = None;
    for part in parts {
        if let Some(between) = last.replace(part) {
            match rest.split_once(between) {
                Some((_, after)) => rest = after,
                None => return false,
            }
        }
    }
    last.map_or(rest.is_empty(), |last| rest.ends_with(last))
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Defect(id) => write!(f, "defect:{id}"),
            Self::Run(id) => write!(f, "run:{id}"),
            // A branch has no colon in git; the suite comes last because it may hold anything.
            Self::Suite { branch, suite } => {
                write!(f, "suite:{}:{suite}", branch.replace(':', "_"))
            }
        }
    }
}

/// The text is no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is nothing that rules remember")]
pub struct NoKey(String);

impl FromStr for Key {
    type Err = NoKey;

    fn from_str(text: &str) -> Result<Self, NoKey> {
        let unknown = || NoKey(text.to_owned());
        match text.split_once(':').ok_or_else(unknown)? {
            ("defect", id) => id.parse().map(Self::Defect).map_err(|_| unknown()),
            ("run", id) => id.parse().map(Self::Run).map_err(|_| unknown()),
            ("suite", rest) => {
                let (branch, suite) = rest.split_once(':').ok_or_else(unknown)?;
                let (branch, suite) = (branch.to_owned(), suite.to_owned());
                Ok(Self::Suite { branch, suite })
            }
            _ => Err(unknown()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_anything() {
        for (pattern, text, expected) in [
            ("api", "api", true),
            ("api", "api2", false),
            ("*", "", true),
            ("api-*", "api-eu", true),
            ("*-eu", "api-eu", true),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-c", false),
            ("a*a", "a", false),
            ("release/*", "release/1", true),
        ] {
            assert_eq!(fits(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn keys_survive_the_way_through_text() {
        let id = uuid::Uuid::from_u128(7);
        let suite = Key::Suite {
            branch: "release/1".into(),
            suite: "a: b".into(),
        };
        for key in [Key::Defect(DefectId(id)), Key::Run(RunId(id)), suite] {
            assert_eq!(key.to_string().parse(), Ok(key));
        }
        assert!("suite:x".parse::<Key>().is_err());
    }

    #[test]
    fn the_first_thing_that_does_not_fit_is_the_reason() {
        let finding = Finding {
            key: Key::Defect(DefectId(uuid::Uuid::nil())),
            kind: Kind::Defect,
            severity: Some(Severity::Medium),
            source: "api".into(),
            title: "Login FAILS".into(),
            outcome: None,
            branch: Some("main".into()),
            flaky: true,
            standing: Standing::Open,
            status: "open",
            count: 1,
            snoozed_until: None,
        };
        for (json, expected) in [
            (r#"{"include_flaky":true}"#, None),
            ("{}", Some("it is flaky")),
            (r#"{"kinds":["alert"]}"#, Some("it is of another kind")),
            (
                r#"{"min_severity":"high"}"#,
                Some("it is not severe enough"),
            ),
            (r#"{"min_severity":"low","include_flaky":true}"#, None),
            (r#"{"sources":["web*"]}"#, Some("it is from another source")),
            (
                r#"{"title":["pay"]}"#,
                Some("its title has none of the words"),
            ),
            (r#"{"title":["pay","login"],"include_flaky":true}"#, None),
            (
                r#"{"branches":["release/*"]}"#,
                Some("it is on another branch"),
            ),
        ] {
            let when: Match = serde_json::from_str(json).unwrap();
            assert_eq!(mismatch(&when, &finding), expected, "{json}");
        }
    }
}
