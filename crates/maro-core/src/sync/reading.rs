//! What Jira says of an issue, as far as its status goes.

use std::collections::BTreeMap;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

use crate::operations::IssueRef;

/// What a status means. Names of statuses differ per project; every status has one of these.
///
/// The words are Jira's keys of status categories:
/// <https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-workflow-status-categories/>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// Not begun.
    New,
    /// Under way.
    Indeterminate,
    /// Finished.
    Done,
}

impl Category {
    /// All categories.
    pub const ALL: [Self; 3] = [Self::New, Self::Indeterminate, Self::Done];

    /// Jira's key of it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Indeterminate => "indeterminate",
            Self::Done => "done",
        }
    }

    /// Reads Jira's key.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == text)
    }
}

/// What Jira said of an issue at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The issue.
    pub issue: IssueRef,
    /// The name of its status.
    pub status: String,
    /// What the status means; `None` when Jira did not say.
    pub category: Option<Category>,
    /// The name of its resolution; `None` while it has none.
    pub resolution: Option<String>,
    /// When Jira last changed the issue, by Jira's clock.
    pub updated: Option<DateTime<Utc>>,
}

impl Reading {
    /// The reading as what Jira says about single fields, which is how evidence keeps it.
    #[must_use]
    pub fn to_fields(&self) -> BTreeMap<String, String> {
        let updated = self
            .updated
            .map(|at| at.to_rfc3339_opts(SecondsFormat::Micros, true));
        let fields = [
            ("status", Some(self.status.clone())),
            (
                "statusCategory",
                self.category.map(|category| category.as_str().to_owned()),
            ),
            ("resolution", self.resolution.clone()),
            ("updated", updated),
        ];
        let said = fields.into_iter();
        said.filter_map(|(name, value)| Some((name.to_owned(), value?)))
            .collect()
    }

    /// Reads back what [`Reading::to_fields`] made.
    #[must_use]
    pub fn from_fields(issue: IssueRef, fields: &BTreeMap<String, String>) -> Option<Self> {
        let field = |name: &str| fields.get(name);
        Some(Self {
            issue,
            status: field("status")?.clone(),
            category: field("statusCategory").and_then(|key| Category::parse(key)),
            resolution: field("resolution").cloned(),
            updated: field("updated").and_then(|at| at.parse().ok()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reading_survives_the_way_through_evidence() {
        let issue = IssueRef {
            id: "10001".into(),
            key: "SCRUM-1".into(),
        };
        let whole = Reading {
            issue: issue.clone(),
            status: "Done".into(),
            category: Some(Category::Done),
            resolution: Some("Won't Do".into()),
            updated: Some(DateTime::UNIX_EPOCH),
        };
        let bare = Reading {
            category: None,
            resolution: None,
            updated: None,
            ..whole.clone()
        };
        for reading in [whole, bare] {
            let fields = reading.to_fields();
            assert_eq!(Reading::from_fields(issue.clone(), &fields), Some(reading));
        }
        assert_eq!(Reading::from_fields(issue, &BTreeMap::new()), None);
    }
}
