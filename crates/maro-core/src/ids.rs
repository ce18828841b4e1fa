//! Identifiers: newtypes, so that a draft's id cannot be taken for an operation's.
//!
//! Ids are made by `maro_app`'s id source; this module only names and parses them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    };
}

uuid_id!(
    /// One proposed change.
    DraftId
);
uuid_id!(
    /// One write in the ledger.
    OperationId
);
uuid_id!(
    /// One recorded approval.
    ApprovalId
);
uuid_id!(
    /// One message to the outside.
    OutboxId
);
uuid_id!(
    /// Somebody that Maro knows, with or without a password.
    PersonId
);
uuid_id!(
    /// One defect.
    DefectId
);
uuid_id!(
    /// One run of a suite.
    RunId
);
uuid_id!(
    /// One message that shows a finding in one place.
    CardId
);
uuid_id!(
    /// One start of a suite that somebody asked for.
    StartId
);
uuid_id!(
    /// One bearer token of the API.
    TokenId
);

/// One conversation that may become a ticket: `team:channel:thread`.
///
/// A session that began with a slash command has no thread yet; its third part is a UUID.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SessionId(pub String);

impl SessionId {
    /// Joins the three parts. None of them may contain a colon; Slack's ids never do.
    #[must_use]
    pub fn new(team: &str, channel: &str, thread: &str) -> Self {
        Self(format!("{team}:{channel}:{thread}"))
    }

    /// Whether this conversation is in a workspace.
    #[must_use]
    pub fn is_in(&self, team: &str) -> bool {
        self.0.split(':').next() == Some(team)
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A Slack channel, named by its workspace and its own id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ChannelRef {
    /// The workspace (`T…`).
    pub team: String,
    /// The channel (`C…`, `G…` or `D…`).
    pub channel: String,
}

impl fmt::Display for ChannelRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.team, self.channel)
    }
}
