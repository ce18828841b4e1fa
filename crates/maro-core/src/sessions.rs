//! Sessions: conversations that may become a ticket, and the phases they go through.
//!
//! **Invariant:** `created` is reached only in the transaction that confirms the operation.

use serde::{Deserialize, Serialize};

/// Where a session stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Somebody is writing the draft.
    Drafting,
    /// The preview is out; somebody may approve it.
    AwaitingApproval,
    /// Approved; the ledger is at work, or a person must decide.
    Creating,
    /// Jira has the issue.
    Created,
    /// Bound to an issue that existed before.
    Linked,
    /// Given up.
    Discarded,
}

impl Phase {
    /// The word that is stored and shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Drafting => "drafting",
            Self::AwaitingApproval => "awaiting_approval",
            Self::Creating => "creating",
            Self::Created => "created",
            Self::Linked => "linked",
            Self::Discarded => "discarded",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [
            Self::Drafting,
            Self::AwaitingApproval,
            Self::Creating,
            Self::Created,
            Self::Linked,
            Self::Discarded,
        ]
        .into_iter()
        .find(|phase| phase.as_str() == text)
    }

    /// Whether a draft of this session may still be edited.
    #[must_use]
    pub fn is_editable(self) -> bool {
        matches!(self, Self::Drafting | Self::AwaitingApproval)
    }

    /// Whether the session has come to its end.
    #[must_use]
    pub fn is_final(self) -> bool {
        matches!(self, Self::Created | Self::Linked | Self::Discarded)
    }
}
