//! The map between statuses: explicit, not one to one, and written by whoever runs Maro.
//!
//! Many statuses of Jira are one status of a defect, and several statuses of a defect are one of
//! Jira. What the map does not name is shown on the link and never guessed.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use serde::Deserialize;

use super::{Category, Reading};
use crate::findings::DefectStatus;

/// Resolutions as Jira's own workflows call them, in lower case, and what they mean here.
const RESOLUTIONS: [(&str, DefectStatus); 13] = [
    ("fixed", DefectStatus::Fixed),
    ("done", DefectStatus::Fixed),
    ("resolved", DefectStatus::Fixed),
    ("won't do", DefectStatus::WontFix),
    ("won't fix", DefectStatus::WontFix),
    ("declined", DefectStatus::WontFix),
    ("duplicate", DefectStatus::Duplicate),
    ("cannot reproduce", DefectStatus::FalsePositive),
    ("not a bug", DefectStatus::FalsePositive),
    ("invalid", DefectStatus::FalsePositive),
    ("works as designed", DefectStatus::FalsePositive),
    ("working as designed", DefectStatus::FalsePositive),
    ("not reproducible", DefectStatus::FalsePositive),
];

/// The rules of carrying statuses over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncRules {
    /// What means what.
    pub map: StatusMap,
    /// How many changes a link carries over per window, both ways together.
    pub most_flips: u32,
    /// How long a window is.
    pub flips_within: TimeDelta,
}

impl Default for SyncRules {
    fn default() -> Self {
        Self {
            map: StatusMap::default(),
            most_flips: 5,
            flips_within: TimeDelta::hours(1),
        }
    }
}

/// The map, as it stands in the configuration.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StatusMap {
    /// What an issue's new status means for the defect.
    pub from_jira: FromJira,
    /// What a defect's new status means for the issue.
    pub to_jira: ToJira,
}

/// What an issue's status category and resolution mean.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FromJira {
    /// It went back to the beginning.
    pub new: Heard,
    /// Somebody works on it.
    pub indeterminate: Heard,
    /// It is finished and has no resolution.
    pub done: Heard,
    /// It is finished with this resolution, in any case of letters; stands over the usual names.
    pub resolutions: BTreeMap<String, Heard>,
}

/// What each status of a defect wants of the issue.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ToJira {
    /// Of an open defect.
    pub open: Wish,
    /// Of one that somebody looked at.
    pub acknowledged: Wish,
    /// Of one that is gone.
    pub fixed: Wish,
    /// Of one that stays on purpose.
    pub wont_fix: Wish,
    /// Of one that another stands for.
    pub duplicate: Wish,
    /// Of one that is none.
    pub false_positive: Wish,
}

/// What a status of Jira is for the defect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Heard {
    /// The defect gets this status.
    Status(DefectStatus),
    /// Nothing, on purpose.
    Leave,
}

/// What a defect's status wants of its issue.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub enum Wish {
    /// Nothing.
    Leave,
    /// That it is not finished, whatever it is else.
    Unfinished,
    /// Any status of this category.
    Category(Category),
    /// The status with this name.
    Status(String),
}

/// What the map says of a reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// The defect gets this status.
    Status(DefectStatus),
    /// Nothing, on purpose.
    Leave,
    /// The map does not name it.
    Unmapped,
}

impl Default for FromJira {
    fn default() -> Self {
        Self {
            new: Heard::Status(DefectStatus::Open),
            indeterminate: Heard::Status(DefectStatus::Acknowledged),
            done: Heard::Status(DefectStatus::Fixed),
            resolutions: BTreeMap::new(),
        }
    }
}

impl Default for ToJira {
    fn default() -> Self {
        let done = || Wish::Category(Category::Done);
        Self {
            open: Wish::Unfinished,
            acknowledged: Wish::Unfinished,
            fixed: done(),
            wont_fix: done(),
            duplicate: done(),
            false_positive: done(),
        }
    }
}

impl StatusMap {
    /// What this category and resolution mean for the defect.
    #[must_use]
    pub fn meaning(&self, category: Option<Category>, resolution: Option<&str>) -> Meaning {
        let heard = match (category, resolution) {
            (None, _) => return Meaning::Unmapped,
            (Some(Category::New), _) => Some(self.from_jira.new),
            (Some(Category::Indeterminate), _) => Some(self.from_jira.indeterminate),
            (Some(Category::Done), None) => Some(self.from_jira.done),
            (Some(Category::Done), Some(name)) => self.of_resolution(name),
        };
        match heard {
            Some(Heard::Status(status)) => Meaning::Status(status),
            Some(Heard::Leave) => Meaning::Leave,
            None => Meaning::Unmapped,
        }
    }

    fn of_resolution(&self, name: &str) -> Option<Heard> {
        let name = plain(name);
        let own = self.from_jira.resolutions.iter();
        let own = own.into_iter().find(|(known, _)| plain(known) == name);
        own.map(|(_, heard)| *heard).or_else(|| {
            let mut usual = RESOLUTIONS.iter();
            let (_, status) = usual.find(|(known, _)| *known == name)?;
            Some(Heard::Status(*status))
        })
    }

    /// What a defect with this status wants of its issue.
    #[must_use]
    pub fn wish(&self, status: DefectStatus) -> &Wish {
        match status {
            DefectStatus::Open => &self.to_jira.open,
            DefectStatus::Acknowledged => &self.to_jira.acknowledged,
            DefectStatus::Fixed => &self.to_jira.fixed,
            DefectStatus::WontFix => &self.to_jira.wont_fix,
            DefectStatus::Duplicate => &self.to_jira.duplicate,
            DefectStatus::FalsePositive => &self.to_jira.false_positive,
        }
    }

    /// Every resolution that the map knows, with what it means, for people to read.
    #[must_use]
    pub fn resolutions(&self) -> BTreeMap<String, Heard> {
        let usual = RESOLUTIONS.iter();
        let usual = usual.map(|(name, status)| ((*name).to_owned(), Heard::Status(*status)));
        let own = self.from_jira.resolutions.iter();
        usual
            .chain(own.map(|(name, heard)| (plain(name), *heard)))
            .collect()
    }
}

/// Typographic apostrophes are as good as plain ones.
fn plain(name: &str) -> String {
    name.trim().replace('\u{2019}', "'").to_lowercase()
}

impl Wish {
    /// Whether an issue in this status and category is what is wished.
    #[must_use]
    pub fn is_met(&self, status: Option<&str>, category: Option<Category>) -> bool {
        match self {
            Self::Leave => true,
            Self::Unfinished => category.is_some_and(|category| category != Category::Done),
            Self::Category(wished) => category == Some(*wished),
            Self::Status(wished) => {
                status.is_some_and(|status| status.trim().to_lowercase() == wished.to_lowercase())
            }
        }
    }

    /// Whether what was read is what is wished.
    #[must_use]
    pub fn is_met_by(&self, read: &Reading) -> bool {
        self.is_met(Some(&read.status), read.category)
    }

    /// The categories that an issue may be in once the wish came true.
    #[must_use]
    pub fn categories(&self) -> Vec<Category> {
        match self {
            Self::Leave | Self::Status(_) => Category::ALL.to_vec(),
            Self::Unfinished => vec![Category::New, Category::Indeterminate],
            Self::Category(category) => vec![*category],
        }
    }

    /// The word of the configuration and of the ledger.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Leave => "leave",
            Self::Unfinished => "unfinished",
            Self::Category(category) => category.as_str(),
            Self::Status(name) => name,
        }
    }
}

impl From<String> for Wish {
    fn from(text: String) -> Self {
        let text = text.trim();
        match text.to_lowercase().as_str() {
            "leave" | "" => Self::Leave,
            "unfinished" => Self::Unfinished,
            word => {
                Category::parse(word).map_or_else(|| Self::Status(text.to_owned()), Self::Category)
            }
        }
    }
}

impl Heard {
    /// The word of the configuration.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Status(status) => status.as_str(),
            Self::Leave => "leave",
        }
    }
}

impl TryFrom<String> for Heard {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text == "leave" {
            return Ok(Self::Leave);
        }
        let status = DefectStatus::parse(&text);
        status.map(Self::Status).ok_or_else(|| {
            let known: Vec<_> = DefectStatus::ALL
                .into_iter()
                .map(DefectStatus::as_str)
                .collect();
            format!(
                "\"{text}\" is no status of a defect; it is {} or leave",
                known.join(", ")
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn finished_issues_are_told_apart_by_their_resolution() {
        let map = StatusMap::default();
        let done = |resolution| map.meaning(Some(Category::Done), resolution);
        assert_eq!(done(None), Meaning::Status(DefectStatus::Fixed));
        assert_eq!(done(Some(" FIXED ")), Meaning::Status(DefectStatus::Fixed));
        assert_eq!(
            done(Some("Won\u{2019}t Do")),
            Meaning::Status(DefectStatus::WontFix)
        );
        assert_eq!(
            done(Some("Duplicate")),
            Meaning::Status(DefectStatus::Duplicate)
        );
        let none = Meaning::Status(DefectStatus::FalsePositive);
        assert_eq!(done(Some("Cannot Reproduce")), none);
        assert_eq!(done(Some("Known Error")), Meaning::Unmapped);
        assert_eq!(map.meaning(None, None), Meaning::Unmapped);
    }

    #[test]
    fn what_is_configured_stands_over_the_usual_names() {
        let map: StatusMap = serde_json::from_value(json!({
            "from_jira": { "new": "leave", "resolutions": { "Known error": "wont_fix", "done": "leave" } },
            "to_jira": { "fixed": "Ready for review", "wont_fix": "leave", "open": "NEW" },
        }))
        .unwrap();
        let done = |resolution| map.meaning(Some(Category::Done), Some(resolution));
        assert_eq!(done("Known Error"), Meaning::Status(DefectStatus::WontFix));
        assert_eq!(done("Done"), Meaning::Leave);
        assert_eq!(done("Fixed"), Meaning::Status(DefectStatus::Fixed));
        assert_eq!(map.meaning(Some(Category::New), None), Meaning::Leave);
        let wish = |status| map.wish(status).clone();
        assert_eq!(
            wish(DefectStatus::Fixed),
            Wish::Status("Ready for review".into())
        );
        assert_eq!(wish(DefectStatus::WontFix), Wish::Leave);
        assert_eq!(wish(DefectStatus::Open), Wish::Category(Category::New));
        assert_eq!(
            wish(DefectStatus::Duplicate),
            Wish::Category(Category::Done)
        );
        let shown = map.resolutions();
        assert_eq!(shown["done"], Heard::Leave);
        assert_eq!(shown["known error"], Heard::Status(DefectStatus::WontFix));
    }

    #[test]
    fn a_word_that_is_no_status_is_refused() {
        let bad = json!({ "from_jira": { "done": "closed" } });
        let err = serde_json::from_value::<StatusMap>(bad)
            .unwrap_err()
            .to_string();
        assert!(err.contains("\"closed\" is no status of a defect"), "{err}");
    }

    #[test]
    fn wishes_are_met_by_what_they_name() {
        let status = Wish::Status("in review".into());
        assert!(status.is_met(Some("In Review"), None));
        assert!(!status.is_met(None, Some(Category::Done)));
        assert!(Wish::Unfinished.is_met(None, Some(Category::Indeterminate)));
        assert!(!Wish::Unfinished.is_met(None, Some(Category::Done)));
        assert!(!Wish::Unfinished.is_met(None, None));
        for word in ["leave", "unfinished", "done", "In Review"] {
            assert_eq!(Wish::from(word.to_owned()).as_str(), word);
        }
    }
}
