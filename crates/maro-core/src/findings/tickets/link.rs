//! Where the ticket of a finding stands, and the ledger's session that makes it.

use crate::ids::{DefectId, SessionId};

/// In the place of a channel, in the sessions of tickets of findings; no channel has this name.
const PLACE: &str = "finding";

/// Where the ticket of a finding stands. At most one of a finding is alive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LinkState {
    /// Somebody wants it; it was not composed yet.
    Wanted,
    /// The ledger has it.
    Creating,
    /// Jira has it.
    Linked,
    /// It cannot be made as it is; a person puts it right and tries again.
    Parked,
    /// Jira does not show it any more.
    Gone,
    /// A person took it away, or gave it up.
    Unlinked,
}

impl LinkState {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Wanted,
        Self::Creating,
        Self::Linked,
        Self::Parked,
        Self::Gone,
        Self::Unlinked,
    ];

    /// The word that is stored and that the API uses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Wanted => "wanted",
            Self::Creating => "creating",
            Self::Linked => "linked",
            Self::Parked => "parked",
            Self::Gone => "gone",
            Self::Unlinked => "unlinked",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == text)
    }

    /// Whether the finding has a ticket, or will have this one.
    #[must_use]
    pub fn is_alive(self) -> bool {
        !matches!(self, Self::Gone | Self::Unlinked)
    }
}

/// The session of a ticket: the same after a restore, so that its marker finds the issue again. The
/// generation grows when a person wants another ticket for the same finding.
#[must_use]
pub fn session_of(defect: DefectId, generation: i32) -> SessionId {
    SessionId::new("", PLACE, &format!("{defect}.{generation}"))
}

/// The finding and generation that a session makes the ticket of; `None` for conversations.
#[must_use]
pub fn ticket_of(session: &SessionId) -> Option<(DefectId, i32)> {
    let rest = session.0.strip_prefix(':')?.strip_prefix(PLACE)?;
    let (defect, generation) = rest.strip_prefix(':')?.split_once('.')?;
    Some((defect.parse().ok()?, generation.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_names_its_finding() {
        let defect = DefectId(uuid::Uuid::nil());
        assert_eq!(ticket_of(&session_of(defect, 2)), Some((defect, 2)));
        let talk = SessionId::new("T1", "C1", "1.2");
        assert_eq!(ticket_of(&talk), None);
        assert_eq!(ticket_of(&SessionId::new("", "finding", "x.1")), None);
    }

    #[test]
    fn states_survive_the_way_through_text() {
        for state in LinkState::ALL {
            assert_eq!(LinkState::parse(state.as_str()), Some(state));
        }
    }
}
