//! News of findings: what happened to one since the rules looked last.
//!
//! News is written in the transaction of what it tells and read by the judge, who takes it away in
//! the transaction of what follows. It says that something happened and to what; what the finding
//! looks like is read from its own row, which may have moved on since.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::ids::{DefectId, RunId};

/// What the news is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A defect, an alert or an edge case.
    Defect(DefectId),
    /// A suite run.
    Run(RunId),
}

impl Subject {
    /// The word of its kind, as it is stored.
    #[must_use]
    pub fn kind(self) -> &'static str {
        match self {
            Self::Defect(_) => "defect",
            Self::Run(_) => "run",
        }
    }

    /// Its id among those of its kind.
    #[must_use]
    pub fn id(self) -> Uuid {
        match self {
            Self::Defect(DefectId(id)) | Self::Run(RunId(id)) => id,
        }
    }

    /// Reads the stored form.
    #[must_use]
    pub fn parse(kind: &str, id: Uuid) -> Option<Self> {
        match kind {
            "defect" => Some(Self::Defect(DefectId(id))),
            "run" => Some(Self::Run(RunId(id))),
            _ => None,
        }
    }
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum What {
    /// A defect was seen for the first time.
    New,
    /// A known defect was seen once more, or several times at once.
    Repeated,
    /// A defect that had been settled was seen.
    Reopened,
    /// The status of a defect is another, by a person, a passing case, a monitor or Jira.
    StatusChanged,
    /// A run was reported.
    Reported,
}

impl What {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::New,
        Self::Repeated,
        Self::Reopened,
        Self::StatusChanged,
        Self::Reported,
    ];

    /// The word that is stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Repeated => "repeated",
            Self::Reopened => "reopened",
            Self::StatusChanged => "status_changed",
            Self::Reported => "reported",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == text)
    }
}

/// One piece of news.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct News {
    /// Its id; ids are in the order in which one process wrote them.
    pub id: Uuid,
    /// What it is about.
    pub subject: Subject,
    /// What happened.
    pub what: What,
    /// The run that did it, where a run did.
    pub run: Option<RunId>,
    /// When.
    pub at: DateTime<Utc>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_is_read_back() {
        for what in What::ALL {
            assert_eq!(What::parse(what.as_str()), Some(what));
        }
        let id = Uuid::from_u128(7);
        for subject in [Subject::Defect(DefectId(id)), Subject::Run(RunId(id))] {
            let read = Subject::parse(subject.kind(), subject.id());
            assert_eq!(read, Some(subject));
        }
        assert_eq!(Subject::parse("suite", id), None);
    }
}
