//! What is known of a linked issue, and how much was carried over lately.

use chrono::{DateTime, Utc};

use super::{Category, Reading, Wish};

/// A link between a defect and an issue, as far as carrying statuses over goes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Link {
    /// The name of the status that was seen last.
    pub status: Option<String>,
    /// What that status means; `None` before the issue was read.
    pub category: Option<Category>,
    /// The resolution that was seen last.
    pub resolution: Option<String>,
    /// Until when Jira's changes are known, by Jira's clock.
    pub updated: Option<DateTime<Utc>>,
    /// How many changes were carried over in this window.
    pub flips: u32,
    /// When the window began.
    pub flips_since: Option<DateTime<Utc>>,
    /// Why nothing is carried over until a person resumes it.
    pub paused: Option<String>,
    /// Writes of ours that are not settled, oldest first.
    pub live: Vec<Live>,
}

/// A write of ours that is not settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Live {
    /// What it is to bring about.
    pub wish: Wish,
    /// Where the issue may be found for it to be made; empty: anywhere.
    pub from: Vec<Category>,
    /// Whether Jira may have it already.
    pub may_have_arrived: bool,
}

impl Link {
    /// Whether Jira said this before what is known already.
    #[must_use]
    pub fn is_later_than(&self, read: &Reading) -> bool {
        matches!((self.updated, read.updated), (Some(known), Some(read)) if read < known)
    }

    /// Whether the issue went from one category or resolution to another. The first reading is none,
    /// and neither is a resolution that was only learnt.
    #[must_use]
    pub fn is_left_by(&self, read: &Reading) -> bool {
        let (Some(known), Some(now)) = (self.category, read.category) else {
            return false;
        };
        let other = matches!((&self.resolution, &read.resolution),
            (Some(known), Some(now)) if known != now);
        known != now || (now == Category::Done && other)
    }

    /// The link with what was read. A category that Jira did not say stays as it was.
    #[must_use]
    pub fn with(&self, read: &Reading) -> Self {
        Self {
            status: Some(read.status.clone()),
            category: read.category.or(self.category),
            resolution: read.resolution.clone(),
            updated: read.updated.or(self.updated),
            ..self.clone()
        }
    }

    /// What the newest write under way will bring about. One that somebody overtook brings nothing.
    pub(super) fn newest_wish(&self) -> Option<&Wish> {
        let newest = self.live.last()?;
        let overtaken =
            !newest.from.is_empty() && self.category.is_some_and(|now| !newest.from.contains(&now));
        (!overtaken).then_some(&newest.wish)
    }
}
