//! Jira issue keys, validated before any URL or query is built from them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An issue key such as `SCRUM-123`, upper case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct IssueKey(String);

/// The text is no issue key.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not an issue key such as SCRUM-123")]
pub struct ParseIssueKeyError(pub String);

/// Longer keys than this do not exist in Jira: project keys have at most 255 characters, by default 10.
const LONGEST: usize = 280;

impl IssueKey {
    /// The key as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The key of the project the issue is in.
    #[must_use]
    pub fn project(&self) -> &str {
        self.0.rsplit_once('-').map_or("", |(project, _)| project)
    }
}

impl FromStr for IssueKey {
    type Err = ParseIssueKeyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let folded = text.trim().to_ascii_uppercase();
        let valid = folded.len() <= LONGEST
            && folded.rsplit_once('-').is_some_and(|(project, number)| {
                is_project_key(project) && is_issue_number(number)
            });
        if valid {
            Ok(Self(folded))
        } else {
            Err(ParseIssueKeyError(text.chars().take(40).collect()))
        }
    }
}

/// Whether `text` has the form of a project key: `[A-Z][A-Z0-9_]+`.
#[must_use]
pub fn is_project_key(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 2
        && bytes[0].is_ascii_uppercase()
        && bytes[1..]
            .iter()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || *b == b'_')
}

fn is_issue_number(text: &str) -> bool {
    !text.starts_with('0') && !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

impl fmt::Display for IssueKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<IssueKey> for String {
    fn from(key: IssueKey) -> Self {
        key.0
    }
}

impl TryFrom<String> for IssueKey {
    type Error = ParseIssueKeyError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_folded_to_upper_case() {
        for (text, key) in [
            ("SCRUM-123", "SCRUM-123"),
            (" scrum-1 ", "SCRUM-1"),
            ("A_1-9", "A_1-9"),
        ] {
            assert_eq!(text.parse::<IssueKey>().unwrap().as_str(), key);
        }
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for text in [
            "",
            "SCRUM",
            "SCRUM-",
            "SCRUM-0",
            "SCRUM-012",
            "S-1",
            "1A-1",
            "A B-1",
            "../x-1",
            "ÄB-1",
            "SCRUM-1/../2",
        ] {
            assert!(text.parse::<IssueKey>().is_err(), "{text}");
        }
    }

    #[test]
    fn project_is_what_stands_before_the_number() {
        assert_eq!("SCRUM-7".parse::<IssueKey>().unwrap().project(), "SCRUM");
    }
}
