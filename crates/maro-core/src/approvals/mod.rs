//! Approvals: who may approve what, and the record that somebody did.
//!
//! This module decides; it does not store and does not ask Slack who somebody is.
//!
//! **Invariant:** every rule that matches must agree. A channel's rule cannot loosen a project's.

mod policy;

use chrono::{DateTime, Duration, Utc};

use crate::actor::Actor;
use crate::ids::{ApprovalId, DraftId, PersonId, SessionId};

pub use policy::{Policy, PolicyRule, PolicyRules};

/// How long an approval holds when Jira cannot be reached.
pub const LIFETIME: Duration = Duration::hours(24);

/// The record of one approval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// Its own id.
    pub id: ApprovalId,
    /// The session that was approved.
    pub session: SessionId,
    /// The draft that was looked at.
    pub draft: DraftId,
    /// What the approval is bound to.
    pub draft_hash: String,
    /// Who approved.
    pub approved_by: Actor,
    /// When.
    pub approved_at: DateTime<Utc>,
}

/// Somebody, under all the names that Maro knows for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// How they came in.
    pub actor: Actor,
    /// Who they are, when Maro knows the person behind the actor.
    pub person: Option<PersonId>,
    /// Their verified e-mail address, lower case.
    pub email: Option<String>,
}

impl Identity {
    /// An actor of whom nothing else is known.
    #[must_use]
    pub fn bare(actor: Actor) -> Self {
        Self {
            actor,
            person: None,
            email: None,
        }
    }

    /// Whether both are the same human, as far as Maro knows.
    #[must_use]
    pub fn is_same_as(&self, other: &Self) -> bool {
        self.actor == other.actor
            || (self.person.is_some() && self.person == other.person)
            || (self.email.is_some() && self.email == other.email)
    }

    /// Whether Maro can tell if both are the same human: two doors of one kind name people alike,
    /// behind different doors a person or an e-mail address must be known on both sides.
    fn can_be_compared_with(&self, other: &Self) -> bool {
        let same_door = match (&self.actor, &other.actor) {
            (Actor::Slack { team, .. }, Actor::Slack { team: other, .. }) => team == other,
            (Actor::Person(_), Actor::Person(_)) => true,
            _ => false,
        };
        same_door
            || (self.person.is_some() && other.person.is_some())
            || (self.email.is_some() && other.email.is_some())
    }

    fn is_named_by(&self, entry: &str) -> bool {
        let entry = entry.trim();
        let slack_user = match &self.actor {
            Actor::Slack { user, .. } => Some(user.as_str()),
            _ => None,
        };
        entry == self.actor.to_string()
            || slack_user == Some(entry)
            || self
                .email
                .as_deref()
                .is_some_and(|email| email.eq_ignore_ascii_case(entry))
    }
}

/// Why somebody may not approve. The sentence is for that person only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Four eyes are asked for, and these two belong to the author.
    #[error("You wrote this draft, so somebody else must approve it.")]
    OwnDraft,
    /// Four eyes are asked for, and Maro cannot tell whether these two belong to the author.
    #[error("Maro cannot tell whether you wrote this draft, so somebody else must approve it.")]
    Unclear,
    /// The person is not on the list.
    #[error("You are not on the list of approvers for this channel or project.")]
    NotListed,
}
