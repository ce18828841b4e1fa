//! What Slack is told of findings: about what, where, and many at once.
//!
//! A card is one message per subject and place. What it shows is read when it goes out; here is only
//! what it is about. The text forms are what the database keeps.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::Severity;
use crate::ids::{DefectId, RunId, StartId};

/// What a card is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum CardSubject {
    /// A defect, an alert or an edge case.
    Defect(DefectId),
    /// A row of failing runs of one suite, until it passes.
    Episode {
        /// The suite.
        suite: String,
        /// The run that it began with.
        began: RunId,
    },
    /// One run, however it ended.
    Run(RunId),
    /// A suite that somebody asked to start.
    Start(StartId),
}

/// Where people are told.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Place {
    /// A channel that the app posts to.
    Channel {
        /// The workspace; empty for that of the operator's token, which does not name it.
        team: String,
        /// The channel.
        channel: String,
    },
    /// The channel of the incoming webhook.
    Webhook,
}

/// Many findings in one message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digest {
    /// The rule that gathered them.
    pub rule: String,
    /// Since when.
    pub from: DateTime<Utc>,
    /// Until when.
    pub to: DateTime<Utc>,
    /// How many there are.
    pub total: u64,
    /// How many of each severity, the worst first.
    pub severities: Vec<(Severity, u64)>,
    /// Those that matter most.
    pub top: Vec<DigestLine>,
    /// How many are not among them.
    pub more: u64,
}

/// One finding of a digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DigestLine {
    /// What it is about.
    pub subject: CardSubject,
    /// Its name, as it was reported.
    pub title: String,
    /// How bad it is, where that is known.
    pub severity: Option<Severity>,
    /// How often it was seen in that time.
    pub count: i64,
}

/// The text is no place, or nothing that a card is about.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is neither a place nor a subject of cards")]
pub struct UnknownText(String);

impl fmt::Display for CardSubject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Defect(id) => write!(f, "defect:{id}"),
            // The suite comes last: it may hold anything.
            Self::Episode { suite, began } => write!(f, "episode:{began}:{suite}"),
            Self::Run(id) => write!(f, "run:{id}"),
            Self::Start(id) => write!(f, "start:{id}"),
        }
    }
}

impl FromStr for CardSubject {
    type Err = UnknownText;

    fn from_str(text: &str) -> Result<Self, UnknownText> {
        let unknown = || UnknownText(text.to_owned());
        match text.split_once(':').ok_or_else(unknown)? {
            ("defect", id) => id.parse().map(Self::Defect).map_err(|_| unknown()),
            ("run", id) => id.parse().map(Self::Run).map_err(|_| unknown()),
            ("start", id) => id.parse().map(Self::Start).map_err(|_| unknown()),
            ("episode", rest) => {
                let (began, suite) = rest.split_once(':').ok_or_else(unknown)?;
                let began = began.parse().map_err(|_| unknown())?;
                let suite = suite.to_owned();
                Ok(Self::Episode { suite, began })
            }
            _ => Err(unknown()),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Channel { team, channel } => write!(f, "slack:{team}:{channel}"),
            Self::Webhook => f.write_str("webhook"),
        }
    }
}

impl FromStr for Place {
    type Err = UnknownText;

    fn from_str(text: &str) -> Result<Self, UnknownText> {
        if text == "webhook" {
            return Ok(Self::Webhook);
        }
        let place = text.strip_prefix("slack:").and_then(|t| t.split_once(':'));
        match place {
            Some((team, channel)) if !channel.is_empty() => Ok(Self::Channel {
                team: team.to_owned(),
                channel: channel.to_owned(),
            }),
            _ => Err(UnknownText(text.to_owned())),
        }
    }
}

impl From<Place> for String {
    fn from(place: Place) -> Self {
        place.to_string()
    }
}

impl TryFrom<String> for Place {
    type Error = UnknownText;

    fn try_from(text: String) -> Result<Self, UnknownText> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn subjects_and_places_survive_the_way_through_text() {
        let id = Uuid::from_u128(7);
        let subjects = [
            CardSubject::Defect(DefectId(id)),
            CardSubject::Run(RunId(id)),
            CardSubject::Start(StartId(id)),
            CardSubject::Episode {
                suite: "a:b: <c>".into(),
                began: RunId(id),
            },
        ];
        for subject in subjects {
            assert_eq!(subject.to_string().parse(), Ok(subject));
        }
        let channel = |team: &str| Place::Channel {
            team: team.into(),
            channel: "C1".into(),
        };
        for place in [channel("T1"), channel(""), Place::Webhook] {
            assert_eq!(place.to_string().parse(), Ok(place));
        }
        for text in ["", "slack:T1", "slack:T1:", "C1"] {
            assert!(text.parse::<Place>().is_err(), "{text}");
        }
    }
}
