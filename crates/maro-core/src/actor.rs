//! Actors: who asked for something, or who approved it.
//!
//! An actor is stored as one line of text, because audit entries must stay readable when the
//! person behind them has long been removed.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::ids::{PersonId, SessionId, TokenId};

/// Somebody or something that acts.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Actor {
    /// A member of a Slack workspace.
    Slack {
        /// The workspace (`T…`).
        team: String,
        /// The member (`U…` or `W…`).
        user: String,
    },
    /// A person who signed in on the web.
    Person(PersonId),
    /// A holder of an API token.
    Token(TokenId),
    /// A rule about findings, by its name; it is a standing approval.
    Rule(String),
    /// The operator, at the command line.
    Operator,
    /// Maro itself (recovery, evidence).
    System,
}

impl Actor {
    /// Whether this is somebody of another workspace, for whom the conversation does not exist.
    #[must_use]
    pub fn is_stranger_to(&self, session: &SessionId) -> bool {
        matches!(self, Self::Slack { team, .. } if !session.is_in(team))
    }

    /// Whether what this actor approved stays approved until it changes its mind.
    #[must_use]
    pub fn approves_standing(&self) -> bool {
        matches!(self, Self::Rule(_))
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Slack { team, user } => write!(f, "slack:{team}:{user}"),
            Self::Person(id) => write!(f, "person:{id}"),
            Self::Token(id) => write!(f, "token:{id}"),
            Self::Rule(name) => write!(f, "rule:{name}"),
            Self::Operator => f.write_str("operator"),
            Self::System => f.write_str("system"),
        }
    }
}

/// The text is no actor.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} names no actor")]
pub struct ParseActorError(String);

impl FromStr for Actor {
    type Err = ParseActorError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || ParseActorError(text.to_owned());
        match text.split_once(':') {
            None if text == "operator" => Ok(Self::Operator),
            None if text == "system" => Ok(Self::System),
            Some(("slack", rest)) => {
                let (team, user) = rest.split_once(':').ok_or_else(error)?;
                Ok(Self::Slack {
                    team: team.to_owned(),
                    user: user.to_owned(),
                })
            }
            Some(("person", id)) => id.parse().map(Self::Person).map_err(|_| error()),
            Some(("token", id)) => id.parse().map(Self::Token).map_err(|_| error()),
            Some(("rule", name)) if !name.is_empty() => Ok(Self::Rule(name.to_owned())),
            _ => Err(error()),
        }
    }
}

impl From<Actor> for String {
    fn from(actor: Actor) -> Self {
        actor.to_string()
    }
}

impl TryFrom<String> for Actor {
    type Error = ParseActorError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actors_survive_the_way_through_text() {
        let actors = [
            Actor::Slack {
                team: "T1".into(),
                user: "U1".into(),
            },
            Actor::Person(PersonId(uuid::Uuid::nil())),
            Actor::Token(TokenId(uuid::Uuid::nil())),
            Actor::Rule("nightly: voice".into()),
            Actor::Operator,
            Actor::System,
        ];
        for actor in actors {
            assert_eq!(actor.to_string().parse(), Ok(actor));
        }
    }

    #[test]
    fn only_members_of_another_workspace_are_strangers() {
        let session = SessionId::new("T1", "C1", "1.2");
        let member = |team: &str| Actor::Slack {
            team: team.into(),
            user: "U1".into(),
        };
        assert!(!member("T1").is_stranger_to(&session));
        assert!(member("T2").is_stranger_to(&session));
        assert!(!Actor::Operator.is_stranger_to(&session));
    }

    #[test]
    fn other_text_is_no_actor() {
        for text in ["", "slack:T1", "person:x", "rule:", "root"] {
            assert!(text.parse::<Actor>().is_err(), "{text}");
        }
    }
}
