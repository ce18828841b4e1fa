//! Activity: what happened on a connection, for the people who look after it.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::integrations::Integration;

/// How something on a connection ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ActivityOutcome {
    /// It worked.
    Worked,
    /// It failed.
    Failed,
    /// The connection's own state changed: it was reconnected, it became unhealthy.
    Changed,
}

impl ActivityOutcome {
    /// All outcomes.
    pub const ALL: [Self; 3] = [Self::Worked, Self::Failed, Self::Changed];

    /// The word that is stored and that the API uses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Worked => "worked",
            Self::Failed => "failed",
            Self::Changed => "changed",
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

/// One entry. Equal calls that worked within a second or so are one entry with a count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activity {
    /// Its id; ids are in the order of time.
    pub id: Uuid,
    /// On which connection.
    pub integration: Integration,
    /// When; of several calls, the last.
    pub at: DateTime<Utc>,
    /// Which call, or which change.
    pub kind: String,
    /// How it ended.
    pub outcome: ActivityOutcome,
    /// How many calls.
    pub calls: i32,
    /// How long the slowest took, in milliseconds.
    pub slowest_ms: Option<i32>,
    /// The true error, or what changed.
    pub message: Option<String>,
}
