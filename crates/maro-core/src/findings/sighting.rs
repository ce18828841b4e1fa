//! A defect as somebody reports it: checked, bounded, and made visible before anything is kept of it.
//!
//! What a sighting of a known defect means is decided by [`super::seen_again`].

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Defect, DefectStatus, FieldFault, FindingKind, Severity};
use crate::actor::Actor;
use crate::ids::{DefectId, RunId};
use crate::text::{clip, make_visible, one_line};

const LONGEST_TITLE: usize = 255;
const LONGEST_WORD: usize = 200;
const LONGEST_TEXT: usize = 16_000;

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

#[cfg(test)]
mod tests {
    use super::*;

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
