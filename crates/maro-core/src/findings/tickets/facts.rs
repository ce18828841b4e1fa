//! What a finding says, by names that plans use.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

use crate::findings::Defect;

/// A finding, and where people see it in Maro.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The finding.
    pub defect: &'a Defect,
    /// The link to its page, where Maro knows its own address.
    pub link: Option<&'a str>,
}

/// A part of a finding that a plan can use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingField {
    /// Maro's id of it.
    Id,
    /// `defect`, `alert` or `edge_case`.
    Kind,
    /// What is wrong, on one line.
    Title,
    /// How bad it is.
    Severity,
    /// Where it stands.
    Status,
    /// Who found it.
    Source,
    /// What makes two sightings one.
    Fingerprint,
    /// How often it was seen.
    Count,
    /// When it was seen first.
    FirstSeen,
    /// When it was seen last.
    LastSeen,
    /// What is wrong, at length.
    Description,
    /// How to see it.
    Steps,
    /// What should happen.
    Expected,
    /// What happens.
    Actual,
    /// The link to its page.
    Link,
}

impl FindingField {
    /// All of them.
    pub const ALL: [Self; 15] = [
        Self::Id,
        Self::Kind,
        Self::Title,
        Self::Severity,
        Self::Status,
        Self::Source,
        Self::Fingerprint,
        Self::Count,
        Self::FirstSeen,
        Self::LastSeen,
        Self::Description,
        Self::Steps,
        Self::Expected,
        Self::Actual,
        Self::Link,
    ];

    /// The name that plans use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Kind => "kind",
            Self::Title => "title",
            Self::Severity => "severity",
            Self::Status => "status",
            Self::Source => "source",
            Self::Fingerprint => "fingerprint",
            Self::Count => "count",
            Self::FirstSeen => "first_seen",
            Self::LastSeen => "last_seen",
            Self::Description => "description",
            Self::Steps => "steps",
            Self::Expected => "expected",
            Self::Actual => "actual",
            Self::Link => "link",
        }
    }

    /// Reads the name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == text)
    }
}

impl Facts<'_> {
    /// What the finding says there; empty where it says nothing.
    #[must_use]
    pub fn text(&self, field: FindingField) -> String {
        let defect = self.defect;
        match field {
            FindingField::Id => defect.id.to_string(),
            FindingField::Kind => defect.kind.as_str().to_owned(),
            FindingField::Title => defect.title.clone(),
            FindingField::Severity => defect.severity.as_str().to_owned(),
            FindingField::Status => defect.status.as_str().to_owned(),
            FindingField::Source => defect.source.clone(),
            FindingField::Fingerprint => defect.fingerprint.clone(),
            FindingField::Count => defect.count.to_string(),
            FindingField::FirstSeen => time(defect.first_seen),
            FindingField::LastSeen => time(defect.last_seen),
            FindingField::Description => defect.description.clone(),
            FindingField::Steps => defect.steps.clone(),
            FindingField::Expected => defect.expected.clone(),
            FindingField::Actual => defect.actual.clone(),
            FindingField::Link => self.link.unwrap_or_default().to_owned(),
        }
    }

    /// Puts what the finding says into a template. What is in braces and no name stays as it is, and
    /// what is put in is not looked at again.
    #[must_use]
    pub fn fill(&self, template: &str) -> String {
        let mut filled = String::with_capacity(template.len());
        for part in parts(template) {
            match part {
                Part::Name(name) => {
                    let said = FindingField::parse(name).map(|field| self.text(field));
                    filled.push_str(&said.unwrap_or_else(|| format!("{{{name}}}")));
                }
                Part::Text(text) => filled.push_str(text),
            }
        }
        filled
    }
}

/// The names in a template that no finding has.
pub(super) fn unknown_names(template: &str) -> Vec<&str> {
    let names = parts(template).filter_map(|part| match part {
        Part::Name(name) if FindingField::parse(name).is_none() => Some(name),
        _ => None,
    });
    names.collect()
}

enum Part<'a> {
    Text(&'a str),
    /// A word of small letters in braces; everything else in braces is text, such as JSON.
    Name(&'a str),
}

fn parts(template: &str) -> impl Iterator<Item = Part<'_>> {
    let mut rest = template;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        if let Some(name) = leading_name(rest) {
            rest = &rest[name.len() + 2..];
            return Some(Part::Name(name));
        }
        // At least one character, so that a brace that opens no name is passed.
        let first = rest.chars().next().map_or(1, char::len_utf8);
        let end = rest[first..].find('{').map_or(rest.len(), |at| at + first);
        let (text, after) = rest.split_at(end);
        rest = after;
        Some(Part::Text(text))
    })
}

fn leading_name(text: &str) -> Option<&str> {
    let (name, _) = text.strip_prefix('{')?.split_once('}')?;
    let is_name = |c: char| c.is_ascii_lowercase() || c == '_';
    (!name.is_empty() && name.chars().all(is_name)).then_some(name)
}

fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::actor::Actor;
    use crate::findings::{FindingKind, Severity, Sighting};

    /// A defect as a suite would report it.
    pub(in super::super) fn defect() -> Defect {
        let sighting = Sighting {
            kind: FindingKind::Defect,
            fingerprint: Some("login".into()),
            title: "Login fails".into(),
            severity: Severity::High,
            description: "It fails on *Safari*.".into(),
            steps: "1. Open\n2. Log in".into(),
            expected: "A page".into(),
            actual: "An error".into(),
            source: "nightly".into(),
            run: None,
        };
        sighting.into_defect(uuid::Uuid::nil(), &Actor::System, DateTime::UNIX_EPOCH)
    }

    #[test]
    fn a_template_is_filled_once() {
        let defect = Defect {
            title: "{source}".into(),
            ..defect()
        };
        let facts = Facts {
            defect: &defect,
            link: Some("https://maro/x"),
        };
        let filled = facts.fill("[{severity}] {title} {\"a\": {count}} {nothing} { {link}");
        assert_eq!(
            filled,
            "[high] {source} {\"a\": 1} {nothing} { https://maro/x"
        );
        assert_eq!(unknown_names("{title} {nothing} {A}"), ["nothing"]);
    }

    #[test]
    fn every_field_has_its_name() {
        for field in FindingField::ALL {
            assert_eq!(FindingField::parse(field.as_str()), Some(field));
        }
    }
}
