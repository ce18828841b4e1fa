//! Creating a page through an MCP server: one call, and the truth about its outcome.

use std::time::Duration;

use serde_json::json;
use tokio::time::Instant;

use super::super::failure::CallError;
use super::super::profile::{Profile, Tool};
use super::super::{McpClient, object};
use super::page::as_page;
use crate::confluence::{NewPage, Page, PageError};
use crate::rest::UnknownReason;

impl McpClient {
    /// Creates a page; its body is Markdown. After `deadline` the outcome is unknown.
    #[tracing::instrument(name = "mcp.create_page", skip_all)]
    pub async fn create_page(
        &self,
        page: NewPage<'_>,
        deadline: Duration,
    ) -> Result<Page, PageError> {
        let profile = self.profile();
        let call = self.call(Tool::CreatePage, Instant::now() + deadline, |offer| {
            let hosted = profile != Profile::Sooperset;
            let mut arguments = if hosted {
                object([
                    ("spaceId", json!(page.space.id)),
                    ("body", json!(page.body)),
                ])
            } else {
                object([
                    ("space_key", json!(page.space.key)),
                    ("content", json!(page.body)),
                    ("content_format", json!("markdown")),
                ])
            };
            arguments.insert("title".into(), json!(page.title));
            if let Some(parent) = page.parent {
                let name = if hosted { "parentId" } else { "parent_id" };
                arguments.insert(name.into(), json!(parent));
            }
            if offer.takes("contentFormat") {
                arguments.insert("contentFormat".into(), json!("markdown"));
            }
            arguments
        });
        let answer = call.await.map_err(CallError::of_new_page)?;
        as_page(&answer).map_err(|_| PageError::OutcomeUnknown {
            reason: UnknownReason::UnreadableAnswer,
            source: None,
        })
    }
}
