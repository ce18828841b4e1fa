//! Reading an issue through an MCP server, in the form that REST has.
//!
//! The hosted server answers Jira's own JSON; mcp-atlassian answers a form of its own, without
//! security levels unless they are asked for and without issue properties at all.

use serde_json::{Map, Value, json};
use tokio::time::Instant;

use super::profile::{Profile, Tool};
use super::{McpClient, object};
use crate::rest::{Issue, JiraError};

impl McpClient {
    /// Reads an issue by its key or its number. Properties cannot be read on this road.
    #[tracing::instrument(name = "mcp.issue", skip_all, fields(issue.key = key))]
    pub async fn issue(&self, key: &str, fields: &[&str]) -> Result<Issue, JiraError> {
        let deadline = Instant::now() + self.link.config().limits.read;
        self.issue_until(key, fields, deadline).await
    }

    pub(super) async fn issue_until(
        &self,
        key: &str,
        fields: &[&str],
        deadline: Instant,
    ) -> Result<Issue, JiraError> {
        let profile = self.profile();
        let answer = self
            .call(Tool::Issue, deadline, |offer| match profile {
                Profile::Sooperset => object([
                    ("issue_key", json!(key)),
                    ("fields", json!(fields.join(","))),
                ]),
                _ if offer.takes("fields") => {
                    object([("issueIdOrKey", json!(key)), ("fields", json!(fields))])
                }
                _ => object([("issueIdOrKey", json!(key))]),
            })
            .await
            .map_err(super::failure::CallError::of_read)?;
        as_issue(profile, answer)
    }
}

/// Turns an answer into the issue that REST would have returned.
pub(super) fn as_issue(profile: Profile, answer: Value) -> Result<Issue, JiraError> {
    let answer = match answer {
        Value::Object(mut object) if object.get("issue").is_some_and(Value::is_object) => {
            object.remove("issue").unwrap_or_default()
        }
        answer => answer,
    };
    let answer = match (profile, answer) {
        (Profile::Sooperset, Value::Object(flat)) => unflattened(&flat),
        (_, answer) => answer,
    };
    serde_path_to_error::deserialize(answer).map_err(|err| JiraError::UnexpectedAnswer {
        what: format!("the MCP server's issue, at {}", err.path()),
    })
}

/// From mcp-atlassian's flat form to Jira's.
fn unflattened(flat: &Map<String, Value>) -> Value {
    let name = |value: &Value| value["name"].as_str().map(|name| json!({ "name": name }));
    let get = |key: &str| flat.get(key).unwrap_or(&Value::Null);
    let category = match get("status")["category"].as_str() {
        Some("To Do") => "new",
        Some("In Progress") => "indeterminate",
        Some("Done") => "done",
        _ => "undefined",
    };
    let status = get("status")["name"]
        .as_str()
        .map(|name| json!({"name": name, "statusCategory": {"key": category}}));
    json!({
        "id": get("id"),
        "key": get("key"),
        "fields": {
            "summary": get("summary"),
            "status": status,
            "issuetype": name(get("issue_type")),
            "priority": name(get("priority")),
            "labels": get("labels"),
            "assignee": get("assignee")["display_name"].as_str()
                .filter(|name| *name != "Unassigned")
                .map(|name| json!({ "displayName": name })),
            "project": get("project"),
            "parent": get("parent"),
            "created": get("created"),
            "updated": get("updated"),
            "security": get("security"),
            "description": get("description"),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flat_form_becomes_jiras() {
        let answer = json!({"id": "10001", "key": "SCRUM-1", "summary": "S", "labels": ["a"],
            "status": {"name": "Doing", "category": "In Progress"}, "issue_type": {"name": "Bug"},
            "priority": {"name": "High"}, "assignee": {"display_name": "Unassigned"},
            "parent": {"key": "SCRUM-9"}, "url": "https://x/rest/api/2/issue/10001"});
        let issue = as_issue(Profile::Sooperset, answer).unwrap();
        assert_eq!(
            (issue.id.as_str(), issue.key.as_str()),
            ("10001", "SCRUM-1")
        );
        assert_eq!(
            issue.status.unwrap().category,
            crate::rest::StatusCategory::InProgress
        );
        assert_eq!(
            (issue.issue_type.as_deref(), issue.priority.as_deref()),
            (Some("Bug"), Some("High"))
        );
        assert_eq!((issue.assignee, issue.labels), (None, vec!["a".to_owned()]));
        assert_eq!(issue.parent.unwrap().as_str(), "SCRUM-9");
    }

    #[test]
    fn an_answer_without_an_issue_is_an_error() {
        for answer in [json!({}), json!([]), json!({"issues": []})] {
            assert!(
                as_issue(Profile::RovoV1, answer.clone()).is_err(),
                "{answer}"
            );
            assert!(as_issue(Profile::Sooperset, answer).is_err());
        }
    }
}
