//! Defects: what is wrong, once each, however often and by however many it is reported.
//!
//! Equal fingerprints are one defect with a count. [`seen_again`] decides what a new sighting means
//! for one that was settled; nothing else opens a defect again. What may be reported is
//! [`super::Sighting`]'s matter.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::FindingKind;
use crate::actor::Actor;
use crate::ids::{DefectId, RunId};

/// For how long "won't fix" holds against new sightings.
pub const WONT_FIX_HOLDS: TimeDelta = TimeDelta::days(30);

/// How bad it is; the first is the worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Nothing works for many.
    Critical,
    /// Much does not work.
    High,
    /// Something does not work.
    Medium,
    /// It is not right.
    Low,
}

impl Severity {
    /// All severities, the worst first.
    pub const ALL: [Self; 4] = [Self::Critical, Self::High, Self::Medium, Self::Low];

    /// The word that is stored and that the API uses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == text)
    }
}

/// Where a defect stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DefectStatus {
    /// Nobody has looked at it.
    Open,
    /// Somebody has.
    Acknowledged,
    /// It is gone.
    Fixed,
    /// It stays, on purpose.
    WontFix,
    /// Another defect stands for it.
    Duplicate,
    /// It is none.
    FalsePositive,
}

impl DefectStatus {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Open,
        Self::Acknowledged,
        Self::Fixed,
        Self::WontFix,
        Self::Duplicate,
        Self::FalsePositive,
    ];

    /// The word that is stored and that the API uses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Acknowledged => "acknowledged",
            Self::Fixed => "fixed",
            Self::WontFix => "wont_fix",
            Self::Duplicate => "duplicate",
            Self::FalsePositive => "false_positive",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == text)
    }

    /// Whether somebody still has to do something.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Open | Self::Acknowledged)
    }
}

/// What a new sighting of a known defect means, beside being counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// Nothing.
    Counted,
    /// It is open again.
    Reopened,
}

/// Decides what a sighting means for a defect that has this status since then.
///
/// What was fixed and is seen is a regression. "Won't fix" holds for [`WONT_FIX_HOLDS`]. What somebody
/// called a duplicate or no defect at all stays that until a person changes it.
#[must_use]
pub fn seen_again(status: DefectStatus, since: DateTime<Utc>, now: DateTime<Utc>) -> Again {
    match status {
        DefectStatus::Fixed => Again::Reopened,
        DefectStatus::WontFix if now - since >= WONT_FIX_HOLDS => Again::Reopened,
        DefectStatus::WontFix
        | DefectStatus::Open
        | DefectStatus::Acknowledged
        | DefectStatus::Duplicate
        | DefectStatus::FalsePositive => Again::Counted,
    }
}

/// A defect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Defect {
    /// Its id; ids are in the order of the first sighting.
    pub id: DefectId,
    /// What kind of finding it is.
    pub kind: FindingKind,
    /// What makes two sightings one defect.
    pub fingerprint: String,
    /// What is wrong, on one line.
    pub title: String,
    /// How bad it is.
    pub severity: Severity,
    /// Where it stands.
    pub status: DefectStatus,
    /// Since when.
    pub status_since: DateTime<Utc>,
    /// What is wrong, at length.
    pub description: String,
    /// How to see it.
    pub steps: String,
    /// What should happen.
    pub expected: String,
    /// What happens.
    pub actual: String,
    /// Who found it: a suite, a monitor, a tool.
    pub source: String,
    /// How often it was seen.
    pub count: i64,
    /// How often it was open again.
    pub regressions: i32,
    /// When it was seen first.
    pub first_seen: DateTime<Utc>,
    /// When it was seen last.
    pub last_seen: DateTime<Utc>,
    /// The run that saw it last, where a run did.
    pub last_run: Option<RunId>,
    /// The case that found it, as [`super::CaseName::key`] tells it; what a run may close by passing.
    pub case_key: Option<u64>,
    /// Whether that case is flaky: it passes and fails without a reason, see [`super::CaseHistory`].
    pub flaky: bool,
    /// Who reported it first.
    pub reporter: Actor,
    /// Its issue in Jira.
    pub jira_issue_key: Option<String>,
    /// Where that is.
    pub jira_issue_url: Option<String>,
    /// What Jira says of it.
    pub jira_status: Option<String>,
    /// Who takes care of it.
    pub assignee: Option<Actor>,
    /// Until when it is told no more.
    pub snoozed_until: Option<DateTime<Utc>>,
}

impl Defect {
    /// Whether somebody asked not to hear of it now.
    #[must_use]
    pub fn is_snoozed(&self, now: DateTime<Utc>) -> bool {
        self.snoozed_until.is_some_and(|until| now < until)
    }
}

/// Something that happened to a defect beside being counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefectEvent {
    /// Its id; ids are in the order of time.
    pub id: Uuid,
    /// The defect.
    pub defect: DefectId,
    /// When.
    pub at: DateTime<Utc>,
    /// The status that it has since.
    pub status: DefectStatus,
    /// Who did it, or whose report.
    pub actor: Actor,
    /// The run, where one did it.
    pub run: Option<RunId>,
    /// What somebody said about it.
    pub note: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_status_decides_what_a_sighting_means() {
        use DefectStatus as S;
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let ago = |days| now - TimeDelta::days(days);
        let cases = [
            (S::Open, 400, Again::Counted),
            (S::Acknowledged, 400, Again::Counted),
            (S::Fixed, 0, Again::Reopened),
            (S::Fixed, 400, Again::Reopened),
            (S::WontFix, 29, Again::Counted),
            (S::WontFix, 30, Again::Reopened),
            (S::Duplicate, 400, Again::Counted),
            (S::FalsePositive, 400, Again::Counted),
        ];
        for (status, days, again) in cases {
            assert_eq!(seen_again(status, ago(days), now), again, "{status:?}");
        }
    }

    #[test]
    fn words_are_read_back() {
        for status in DefectStatus::ALL {
            assert_eq!(DefectStatus::parse(status.as_str()), Some(status));
        }
        for severity in Severity::ALL {
            assert_eq!(Severity::parse(severity.as_str()), Some(severity));
        }
        assert!(Severity::Critical < Severity::Low);
    }
}
