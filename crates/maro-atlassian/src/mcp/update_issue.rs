//! Changing fields of an issue through an MCP server, and giving it to somebody.
//!
//! The fields are those of REST, with a description as Markdown. Servers leave out silently what they
//! do not know, so the issue is read again, and what did not arrive is told.

use serde_json::{Map, Value, json};
use tokio::time::Instant;

use super::differences::{FIELDS, differences};
use super::failure::CallError;
use super::profile::{Profile, Tool};
use super::tools::Offer;
use super::{McpClient, object};
use crate::rest::JiraError;

impl McpClient {
    /// Sets fields of an issue. What Jira holds otherwise afterwards is told in sentences.
    #[tracing::instrument(name = "mcp.update_issue", skip_all, fields(issue.key = key))]
    pub async fn update_issue(
        &self,
        key: &str,
        fields: &Map<String, Value>,
    ) -> Result<Vec<String>, JiraError> {
        let deadline = Instant::now() + self.link.config().limits.write;
        let profile = self.profile();
        self.call(Tool::UpdateIssue, deadline, |offer| {
            arguments(profile, offer, key, fields)
        })
        .await
        .map_err(CallError::of_read)?;
        let read = self.read_again(key, FIELDS, deadline).await;
        Ok(read.map_or_else(
            || vec!["The changed issue could not be read again.".into()],
            |issue| differences(fields, &issue),
        ))
    }

    /// Assigns an issue to an account, by its id on Cloud and its name elsewhere, or to nobody.
    #[tracing::instrument(name = "mcp.assign", skip_all, fields(issue.key = key))]
    pub async fn assign(&self, key: &str, account: Option<&str>) -> Result<(), JiraError> {
        let assignee = match (self.profile(), account) {
            // It looks accounts up by whatever names them.
            (Profile::Sooperset, account) => json!(account),
            (_, Some(account)) => json!({ "accountId": account }),
            (_, None) => Value::Null,
        };
        let fields = object([("assignee", assignee)]);
        self.update_issue(key, &fields).await.map(drop)
    }
}

fn arguments(
    profile: Profile,
    offer: &Offer,
    key: &str,
    fields: &Map<String, Value>,
) -> Map<String, Value> {
    if profile == Profile::Sooperset {
        let mut fields = fields.clone();
        // A text there, an object everywhere else.
        if let Some(parent) = fields.get_mut("parent") {
            *parent = parent["key"].take();
        }
        let fields = Value::Object(fields).to_string();
        return object([("issue_key", json!(key)), ("fields", json!(fields))]);
    }
    let mut arguments = object([("issueIdOrKey", json!(key)), ("fields", json!(fields))]);
    if fields.contains_key("description") && offer.takes("contentFormat") {
        arguments.insert("contentFormat".into(), json!("markdown"));
    }
    arguments
}
