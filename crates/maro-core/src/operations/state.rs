//! The words of the ledger.

use serde::{Deserialize, Serialize};

/// What is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OperationKind {
    /// A new issue.
    JiraCreate,
    /// An issue goes to another status. Unlike a create it may be made again.
    JiraTransition,
}

impl OperationKind {
    /// The word that is stored and shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::JiraCreate => "jira_create",
            Self::JiraTransition => "jira_transition",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut all = [Self::JiraCreate, Self::JiraTransition].into_iter();
        all.find(|kind| kind.as_str() == text)
    }
}

/// Where an operation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OperationState {
    /// Approved and waiting for a worker.
    Prepared,
    /// Claimed: bytes may be on their way.
    Sending,
    /// Nobody knows whether Jira has it; evidence is looked for.
    Unknown,
    /// A person must say; evidence is still welcome.
    NeedsHuman,
    /// Jira has exactly this issue.
    Confirmed,
    /// Jira has more than one; people are told.
    Duplicate,
    /// Jira refused it.
    Rejected,
    /// A person gave up.
    Cancelled,
}

/// The simple statuses of the public view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PublicStatus {
    /// Not settled yet.
    Pending,
    /// The issue exists.
    Success,
    /// It does not, and will not.
    Failed,
}

impl OperationState {
    /// Every state.
    pub const ALL: [Self; 8] = [
        Self::Prepared,
        Self::Sending,
        Self::Unknown,
        Self::NeedsHuman,
        Self::Confirmed,
        Self::Duplicate,
        Self::Rejected,
        Self::Cancelled,
    ];

    /// The word that is stored and shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Prepared => "prepared",
            Self::Sending => "sending",
            Self::Unknown => "unknown",
            Self::NeedsHuman => "needs_human",
            Self::Confirmed => "confirmed",
            Self::Duplicate => "duplicate",
            Self::Rejected => "rejected",
            Self::Cancelled => "cancelled",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// The simple status.
    #[must_use]
    pub fn public(self) -> PublicStatus {
        match self {
            Self::Prepared | Self::Sending | Self::Unknown | Self::NeedsHuman => {
                PublicStatus::Pending
            }
            Self::Confirmed | Self::Duplicate => PublicStatus::Success,
            Self::Rejected | Self::Cancelled => PublicStatus::Failed,
        }
    }

    /// Whether the machine still has something to do or a person to ask.
    #[must_use]
    pub fn is_settled(self) -> bool {
        self.public() != PublicStatus::Pending
    }
}
