//! Defects: what is wrong, once each, however often and by however many it is reported.
//!
//! Equal fingerprints are one defect with a count. [`seen_again`] decides what a new sighting means
//! for one that was settled; nothing else opens a defect again.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::FieldFault;
use crate::actor::Actor;
use crate::ids::{DefectId, RunId};
use crate::text::{clip, make_visible, one_line};

/// For how long "won't fix" holds against new sightings.
pub const WONT_FIX_HOLDS: TimeDelta = TimeDelta::days(30);

const LONGEST_TITLE: usize = 255;
const LONGEST_WORD: usize = 200;
const LONGEST_TEXT: usize = 16_000;

/// What kind of finding it is. All kinds are counted and settled alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FindingKind {
    /// Something is wrong.
    Defect,
    /// A monitor noticed something.
    Alert,
    /// Something unusual, to be looked at.
    EdgeCase,
}

impl FindingKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Defect, Self::Alert, Self::EdgeCase];

    /// The word that is stored and that the API uses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Defect => "defect",
            Self::Alert => "alert",
            Self::EdgeCase => "edge_case",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == text)
    }

    /// The fingerprint among all kinds, so that an alert never counts as a defect. One that has the
    /// word of its kind already stays as it is, so that what was read can be sent again.
    #[must_use]
    pub fn fingerprint(self, own: &str) -> String {
        match self {
            Self::Defect => own.to_owned(),
            kind => format!("{}:{}", kind.as_str(), kind.own(own)),
        }
    }

    /// The fingerprint without the word of this kind.
    fn own(self, fingerprint: &str) -> &str {
        if self == Self::Defect {
            return fingerprint;
        }
        let rest = fingerprint.strip_prefix(self.as_str());
        rest.and_then(|rest| rest.strip_prefix(':'))
            .unwrap_or(fingerprint)
    }
}

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

/// A defect as somebody saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    /// What kind of finding it is.
    pub kind: FindingKind,
    /// What makes two sightings one defect; made of source and title when it is not given.
    pub fingerprint: Option<String>,
    /// What is wrong, on one line.
    pub title: String,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, at length.
    pub description: String,
    /// How to see it.
    pub steps: String,
    /// What should happen.
    pub expected: String,
    /// What happens.
    pub actual: String,
    /// Who found it.
    pub source: String,
    /// The run that saw it.
    pub run: Option<RunId>,
}

impl Sighting {
    /// Makes everything visible and names what is wrong.
    pub fn checked(self) -> Result<Self, Vec<FieldFault>> {
        let sighting = Self {
            fingerprint: self.fingerprint.map(|text| one_line(&text)),
            title: one_line(&self.title),
            description: make_visible(&self.description),
            steps: make_visible(&self.steps),
            expected: make_visible(&self.expected),
            actual: make_visible(&self.actual),
            source: one_line(&self.source),
            ..self
        };
        let faults = sighting.faults();
        if faults.is_empty() {
            Ok(sighting)
        } else {
            Err(faults)
        }
    }

    fn faults(&self) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        let mut fault = |field, message: String| faults.push(FieldFault { field, message });
        if self.title.is_empty() {
            fault("title", "Say what is wrong.".to_owned());
        }
        let fingerprint = self.fingerprint.as_deref().unwrap_or_default();
        let fingerprint = self.kind.own(fingerprint);
        if self.fingerprint.is_some() && fingerprint.is_empty() {
            fault("fingerprint", "A fingerprint is not empty.".to_owned());
        }
        let is_of = |kind: FindingKind| kind.own(fingerprint) != fingerprint;
        if self.kind == FindingKind::Defect && FindingKind::ALL.into_iter().any(is_of) {
            let message = "The fingerprint of a defect does not begin with alert: or edge_case:.";
            fault("fingerprint", message.to_owned());
        }
        for (field, text, most) in [
            ("title", self.title.as_str(), LONGEST_TITLE),
            ("fingerprint", fingerprint, LONGEST_WORD),
            ("source", &self.source, LONGEST_WORD),
            ("description", &self.description, LONGEST_TEXT),
            ("steps", &self.steps, LONGEST_TEXT),
            ("expected", &self.expected, LONGEST_TEXT),
            ("actual", &self.actual, LONGEST_TEXT),
        ] {
            if text.chars().count() > most {
                fault(field, format!("This may have at most {most} characters."));
            }
        }
        faults
    }

    /// The defect that a first sighting is.
    #[must_use]
    pub fn into_defect(self, id: Uuid, by: &Actor, now: DateTime<Utc>) -> Defect {
        let fingerprint = self
            .fingerprint
            .unwrap_or_else(|| super::fingerprint::of(&[&self.source], &self.title));
        Defect {
            id: DefectId(id),
            kind: self.kind,
            fingerprint: self.kind.fingerprint(&fingerprint),
            title: clip(&self.title, LONGEST_TITLE),
            severity: self.severity,
            status: DefectStatus::Open,
            status_since: now,
            description: self.description,
            steps: self.steps,
            expected: self.expected,
            actual: self.actual,
            source: self.source,
            count: 1,
            regressions: 0,
            first_seen: now,
            last_seen: now,
            last_run: self.run,
            case_key: None,
            flaky: false,
            reporter: by.clone(),
            jira_issue_key: None,
            jira_issue_url: None,
            jira_status: None,
            assignee: None,
            snoozed_until: None,
        }
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

    fn sighting(kind: FindingKind, fingerprint: &str) -> Sighting {
        Sighting {
            kind,
            fingerprint: Some(fingerprint.to_owned()),
            title: "Odd".to_owned(),
            severity: Severity::Low,
            description: String::new(),
            steps: String::new(),
            expected: String::new(),
            actual: String::new(),
            source: String::new(),
            run: None,
        }
    }

    #[test]
    fn mistakes_of_a_sighting_are_named() {
        let sighting = Sighting {
            title: "\n".into(),
            steps: "x".repeat(16_001),
            ..sighting(FindingKind::Defect, " ")
        };
        let faults = sighting.checked().unwrap_err();
        let fields: Vec<_> = faults.iter().map(|fault| fault.field).collect();
        assert_eq!(fields, ["title", "fingerprint", "steps"]);
    }

    #[test]
    fn a_fingerprint_can_be_sent_back_and_is_of_its_kind() {
        let longest = "x".repeat(LONGEST_WORD);
        for kind in FindingKind::ALL {
            let stored = kind.fingerprint(&longest);
            assert_eq!(kind.fingerprint(&stored), stored);
            assert!(sighting(kind, &stored).checked().is_ok(), "{kind:?}");
        }
        for taken in ["alert:x", "edge_case:x", " alert: x"] {
            let faults = sighting(FindingKind::Defect, taken).checked().unwrap_err();
            assert_eq!(faults[0].field, "fingerprint", "{taken}");
        }
        assert!(sighting(FindingKind::Alert, "alert:").checked().is_err());
        let ordinary = sighting(FindingKind::Defect, "alerts:x");
        assert!(ordinary.checked().is_ok());
    }
}
