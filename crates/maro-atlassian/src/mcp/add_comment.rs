//! Commenting through an MCP server: one call, and the truth about its outcome, as with a create.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;

use super::profile::{Profile, Tool};
use super::{McpClient, object};
use crate::rest::{CreateError, CreatedComment, UnknownReason, Written};

impl McpClient {
    /// Adds a comment; the text is Markdown. After `deadline` the outcome is unknown.
    #[tracing::instrument(name = "mcp.add_comment", skip_all, fields(issue.key = key))]
    pub async fn add_comment(
        &self,
        key: &str,
        text: &str,
        deadline: Duration,
    ) -> Result<CreatedComment, CreateError> {
        let profile = self.profile();
        let call = self.call(Tool::AddComment, Instant::now() + deadline, |offer| {
            if profile == Profile::Sooperset {
                return object([("issue_key", json!(key)), ("body", json!(text))]);
            }
            let mut arguments =
                object([("issueIdOrKey", json!(key)), ("commentBody", json!(text))]);
            if offer.takes("contentFormat") {
                arguments.insert("contentFormat".into(), json!("markdown"));
            }
            arguments
        });
        let answer = call.await.map_err(|err| err.of_write(Written::Comment))?;
        let id = match &answer["id"] {
            Value::String(id) if !id.is_empty() => Some(id.clone()),
            Value::Number(id) => Some(id.to_string()),
            _ => None,
        };
        id.map(|id| CreatedComment { id })
            .ok_or(CreateError::OutcomeUnknown {
                written: Written::Comment,
                reason: UnknownReason::UnreadableAnswer,
                source: None,
            })
    }
}
