//! A webhook event, read tolerantly: Cloud, Server and old Server bodies differ in what they leave out.
//!
//! The values in an event are hints of what happened. They arrive late and out of order, so callers
//! read the issue again before they act on them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer};

/// The body is not a Jira event.
#[derive(Debug, thiserror::Error)]
#[error("the body is not a Jira webhook event, at {path}")]
pub struct ParseEventError {
    path: String,
    #[source]
    source: serde_json::Error,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventKind {
    /// An issue was created.
    IssueCreated,
    /// An issue was changed.
    IssueUpdated,
    /// An issue was deleted.
    IssueDeleted,
    /// A comment was written.
    CommentCreated,
    /// A comment was changed.
    CommentUpdated,
    /// A comment was deleted.
    CommentDeleted,
    /// Something else, by Jira's name.
    Other(String),
}

/// A delivery of Jira.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JiraEvent {
    /// What happened.
    pub kind: EventKind,
    /// When, by Jira's clock.
    pub at: Option<DateTime<Utc>>,
    /// The account that did it; Server names a user instead.
    pub actor: Option<String>,
    /// The issue it happened to, if the event names one.
    pub issue: Option<EventIssue>,
    /// What changed.
    pub changes: Vec<FieldChange>,
}

/// The issue in an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventIssue {
    /// Jira's number for it; it never changes.
    pub id: String,
    /// Its key; it changes when the issue moves.
    pub key: String,
    /// Its summary.
    pub summary: Option<String>,
    /// The name of its status.
    pub status: Option<String>,
    /// Its labels, Maro's marker among them.
    pub labels: Vec<String>,
}

/// One field that changed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct FieldChange {
    /// The field's name.
    #[serde(default, deserialize_with = "or_default")]
    pub field: String,
    /// The field's id; old servers leave it out.
    #[serde(default, rename = "fieldId")]
    pub field_id: Option<String>,
    /// The text before.
    #[serde(default, rename = "fromString")]
    pub from: Option<String>,
    /// The text after; for labels the whole list, joined by spaces.
    #[serde(default, rename = "toString")]
    pub to: Option<String>,
}

impl JiraEvent {
    /// Reads an event from the raw body of a delivery.
    pub fn parse(raw_body: &[u8]) -> Result<Self, ParseEventError> {
        let mut json = serde_json::Deserializer::from_slice(raw_body);
        let body: EventBody =
            serde_path_to_error::deserialize(&mut json).map_err(|err| ParseEventError {
                path: err.path().to_string(),
                source: err.into_inner(),
            })?;
        Ok(Self {
            kind: EventKind::from_name(body.webhook_event),
            at: body.timestamp.and_then(DateTime::from_timestamp_millis),
            actor: body.user.and_then(|user| user.account_id.or(user.name)),
            issue: body.issue.map(EventIssue::from),
            changes: body.changelog.map(|log| log.items).unwrap_or_default(),
        })
    }
}

impl EventKind {
    fn from_name(name: String) -> Self {
        match name.as_str() {
            "jira:issue_created" => Self::IssueCreated,
            "jira:issue_updated" => Self::IssueUpdated,
            "jira:issue_deleted" => Self::IssueDeleted,
            "comment_created" => Self::CommentCreated,
            "comment_updated" => Self::CommentUpdated,
            "comment_deleted" => Self::CommentDeleted,
            _ => Self::Other(name),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct EventBody {
    webhook_event: String,
    #[serde(default)]
    timestamp: Option<i64>,
    #[serde(default)]
    user: Option<UserBody>,
    #[serde(default)]
    issue: Option<IssueBody>,
    #[serde(default)]
    changelog: Option<ChangelogBody>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UserBody {
    account_id: Option<String>,
    name: Option<String>,
}

#[derive(Deserialize)]
struct ChangelogBody {
    #[serde(default, deserialize_with = "or_default")]
    items: Vec<FieldChange>,
}

#[derive(Deserialize)]
struct IssueBody {
    id: String,
    key: String,
    #[serde(default, deserialize_with = "or_default")]
    fields: FieldsBody,
}

#[derive(Default, Deserialize)]
struct FieldsBody {
    summary: Option<String>,
    status: Option<NamedBody>,
    #[serde(default, deserialize_with = "or_default")]
    labels: Vec<String>,
}

#[derive(Deserialize)]
struct NamedBody {
    name: Option<String>,
}

impl From<IssueBody> for EventIssue {
    fn from(body: IssueBody) -> Self {
        Self {
            id: body.id,
            key: body.key,
            summary: body.fields.summary,
            status: body.fields.status.and_then(|status| status.name),
            labels: body.fields.labels,
        }
    }
}

/// Reads `null` as the empty value.
fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_update_names_issue_status_labels_and_changes() {
        let raw = br#"{"timestamp":1550351530065,"webhookEvent":"jira:issue_updated",
            "user":{"accountId":"5c5f","emailAddress":"hidden@example.com"},
            "issue":{"id":"10040","key":"TES-41","fields":{"summary":"Login","status":{"name":"To Do"},
                "labels":["maro-abc","sad"]}},
            "changelog":{"id":"1","items":[{"field":"labels","fieldId":"labels","from":null,
                "fromString":"","to":"","toString":"maro-abc sad"}]}}"#;
        let event = JiraEvent::parse(raw).unwrap();
        insta::assert_debug_snapshot!(event, @r#"
        JiraEvent {
            kind: IssueUpdated,
            at: Some(
                2019-02-16T21:12:10.065Z,
            ),
            actor: Some(
                "5c5f",
            ),
            issue: Some(
                EventIssue {
                    id: "10040",
                    key: "TES-41",
                    summary: Some(
                        "Login",
                    ),
                    status: Some(
                        "To Do",
                    ),
                    labels: [
                        "maro-abc",
                        "sad",
                    ],
                },
            ),
            changes: [
                FieldChange {
                    field: "labels",
                    field_id: Some(
                        "labels",
                    ),
                    from: Some(
                        "",
                    ),
                    to: Some(
                        "maro-abc sad",
                    ),
                },
            ],
        }
        "#);
    }

    #[test]
    fn what_may_be_missing_may_be_null_too() {
        let raw =
            br#"{"webhookEvent":"sprint_started","issue":{"id":"1","key":"A-1","fields":null},
            "user":null,"changelog":{"items":null}}"#;
        let event = JiraEvent::parse(raw).unwrap();
        assert_eq!(event.kind, EventKind::Other("sprint_started".into()));
        assert_eq!(event.issue.unwrap().labels, Vec::<String>::new());
    }

    #[test]
    fn an_error_names_the_place() {
        let err = JiraEvent::parse(br#"{"webhookEvent":"x","issue":{"id":7}}"#).unwrap_err();
        assert_eq!(
            err.to_string(),
            "the body is not a Jira webhook event, at issue.id"
        );
        for raw in ["", "[]", "{}", "{\"webhookEvent\":null}", "\u{feff}"] {
            assert!(JiraEvent::parse(raw.as_bytes()).is_err(), "{raw}");
        }
    }
}
