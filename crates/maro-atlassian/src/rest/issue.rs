//! Reading one issue, and the issue as all reading calls return it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use maro_core::issue_key::IssueKey;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::{JiraClient, JiraError, is_issue_id_or_key};

/// The fields that a card of an issue shows.
pub const CARD_FIELDS: &[&str] = &[
    "summary",
    "status",
    "issuetype",
    "priority",
    "labels",
    "created",
    "updated",
    "security",
    "project",
    "assignee",
    "parent",
];

/// An issue. Fields that were not asked for, or that the account may not see, are empty.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(from = "IssueBody")]
pub struct Issue {
    /// Jira's number for it; it never changes.
    pub id: String,
    /// Its key; after a move not the one that was asked for.
    pub key: IssueKey,
    /// Its summary.
    pub summary: String,
    /// Its status.
    pub status: Option<Status>,
    /// The name of its type.
    pub issue_type: Option<String>,
    /// The name of its priority.
    pub priority: Option<String>,
    /// Its labels.
    pub labels: Vec<String>,
    /// The name of its assignee.
    pub assignee: Option<String>,
    /// The key of its project.
    pub project: Option<String>,
    /// The key of its parent.
    pub parent: Option<IssueKey>,
    /// When it was created.
    pub created: Option<DateTime<Utc>>,
    /// When it was last changed.
    pub updated: Option<DateTime<Utc>>,
    /// Whether a security level restricts who may see it.
    pub has_security_level: bool,
    /// The issue properties that were asked for.
    pub properties: BTreeMap<String, Value>,
    /// Every field that came, as it came.
    pub fields: BTreeMap<String, Value>,
}

/// A status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// Its name; projects choose it.
    pub name: String,
    /// What it means.
    pub category: StatusCategory,
}

/// What a status means; every status has one of Jira's categories.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusCategory {
    /// Not begun.
    ToDo,
    /// Under way.
    InProgress,
    /// Finished.
    Done,
    /// Jira did not say.
    Unknown,
}

impl JiraClient {
    /// Reads an issue by its key or its number.
    #[tracing::instrument(name = "jira.issue", skip_all, fields(issue.key = key))]
    pub async fn issue(
        &self,
        key: &str,
        fields: &[&str],
        properties: &[&str],
    ) -> Result<Issue, JiraError> {
        if !is_issue_id_or_key(key) {
            return Err(JiraError::NotFound);
        }
        let mut request = self
            .get(&["issue", key])
            .query(&[("fields", fields.join(","))]);
        if !properties.is_empty() {
            request = request.query(&[("properties", properties.join(","))]);
        }
        self.json("the issue", request).await
    }
}

#[derive(Deserialize)]
struct IssueBody {
    id: String,
    key: IssueKey,
    #[serde(default, deserialize_with = "or_empty")]
    fields: BTreeMap<String, Value>,
    #[serde(default, deserialize_with = "or_empty")]
    properties: BTreeMap<String, Value>,
}

impl From<IssueBody> for Issue {
    fn from(body: IssueBody) -> Self {
        let field = |name: &str| body.fields.get(name).unwrap_or(&Value::Null);
        let text = |value: &Value| value.as_str().map(str::to_owned);
        Self {
            summary: text(field("summary")).unwrap_or_default(),
            status: Status::read(field("status")),
            issue_type: text(&field("issuetype")["name"]),
            priority: text(&field("priority")["name"]),
            labels: field("labels")
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(text)
                .collect(),
            assignee: text(&field("assignee")["displayName"]),
            project: text(&field("project")["key"]),
            parent: field("parent")["key"]
                .as_str()
                .and_then(|key| key.parse().ok()),
            created: time(field("created")),
            updated: time(field("updated")),
            has_security_level: !field("security").is_null(),
            id: body.id,
            key: body.key,
            properties: body.properties,
            fields: body.fields,
        }
    }
}

impl Status {
    pub(crate) fn read(value: &Value) -> Option<Self> {
        let category = match value["statusCategory"]["key"].as_str() {
            Some("new") => StatusCategory::ToDo,
            Some("indeterminate") => StatusCategory::InProgress,
            Some("done") => StatusCategory::Done,
            _ => StatusCategory::Unknown,
        };
        Some(Self {
            name: value["name"].as_str()?.to_owned(),
            category,
        })
    }
}

/// Reads Jira's times, whose offset has no colon: `2026-11-21T07:00:00.000+0000`.
pub(super) fn time(value: &Value) -> Option<DateTime<Utc>> {
    let text = value.as_str()?;
    let time = DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f%z")
        .or_else(|_| DateTime::parse_from_rfc3339(text));
    time.ok().map(|time| time.to_utc())
}

fn or_empty<'de, D>(deserializer: D) -> Result<BTreeMap<String, Value>, D::Error>
where
    D: Deserializer<'de>,
{
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_issue_is_read() {
        let issue: Issue = serde_json::from_str(
            r#"{"id":"10001","key":"SCRUM-123","fields":{"summary":"Login","status":{"name":"Open",
            "statusCategory":{"key":"new"}},"issuetype":{"name":"Bug"},"priority":{"name":"High"},
            "labels":["a","b"],"assignee":{"displayName":"Amira"},"project":{"key":"SCRUM"},
            "parent":{"key":"SCRUM-1"},"created":"2026-11-21T07:00:00.000+0100",
            "updated":"2026-11-21T08:00:00Z","security":{"id":"1"}},
            "properties":{"maro.operation":{"attempt":1}}}"#,
        )
        .unwrap();
        assert_eq!(
            issue.status,
            Some(Status {
                name: "Open".into(),
                category: StatusCategory::ToDo
            })
        );
        assert_eq!(issue.labels, ["a", "b"]);
        assert_eq!(
            issue.created.unwrap().to_rfc3339(),
            "2026-11-21T06:00:00+00:00"
        );
        assert_eq!(
            issue.updated.unwrap().to_rfc3339(),
            "2026-11-21T08:00:00+00:00"
        );
        assert!(issue.has_security_level);
        assert_eq!(issue.properties["maro.operation"]["attempt"], 1);
        assert_eq!(issue.parent.unwrap().as_str(), "SCRUM-1");
    }

    #[test]
    fn an_issue_without_fields_is_read_too() {
        for text in [
            r#"{"id":"1","key":"A1-1"}"#,
            r#"{"id":"1","key":"A1-1","fields":null,"properties":null}"#,
            r#"{"id":"1","key":"A1-1","fields":{"summary":null,"labels":7,"status":[],"security":null}}"#,
        ] {
            let issue: Issue = serde_json::from_str(text).unwrap();
            assert_eq!(
                (
                    issue.summary.as_str(),
                    issue.status,
                    issue.has_security_level
                ),
                ("", None, false)
            );
        }
    }
}
