//! Happenings: names of what changed, for pages that are open. They carry no content.

/// Something that changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happening {
    /// A session or draft.
    Sessions,
    /// An operation in the ledger.
    Operations,
    /// A message in the outbox.
    Outbox,
    /// What channels track.
    Tracking,
    /// The health of a connection.
    Health,
    /// What suites and monitors found.
    Findings,
}

impl Happening {
    /// The event's name for browsers.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sessions => "sessions",
            Self::Operations => "operations",
            Self::Outbox => "outbox",
            Self::Tracking => "tracking",
            Self::Health => "health",
            Self::Findings => "findings",
        }
    }
}
