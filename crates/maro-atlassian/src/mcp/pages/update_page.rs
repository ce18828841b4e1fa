//! Changing a page through an MCP server, when it still has the version that was read.
//!
//! These servers take no version to base a change on, but for the snapshot of the second hosted one: the
//! page is read right before, so a change by somebody else in that moment would be written over. The
//! page's history keeps it.

use serde_json::json;
use tokio::time::Instant;

use super::super::failure::CallError;
use super::super::profile::{Profile, Tool};
use super::super::{McpClient, object};
use super::page::{as_page, id_of_page};
use crate::confluence::{ConfluenceError, Page, PageUpdate};

impl McpClient {
    /// Updates a page; its body is Markdown. A page that has another version by now is a
    /// [`ConfluenceError::Conflict`].
    #[tracing::instrument(name = "mcp.update_page", skip_all, fields(page.id = update.id))]
    pub async fn update_page(&self, update: PageUpdate<'_>) -> Result<Page, ConfluenceError> {
        let deadline = Instant::now() + self.link.config().limits.write;
        let read = self.page_until(update.id, deadline).await?;
        let current = as_page(&read)?;
        if current.version != update.based_on {
            return Err(ConfluenceError::Conflict {
                current: Some(current.version),
            });
        }
        let profile = self.profile();
        let call = self.call(Tool::UpdatePage, deadline, |offer| {
            let [body, message, format] = match profile {
                Profile::Sooperset => ["content", "version_comment", "content_format"],
                Profile::RovoV1 | Profile::RovoV2 => ["body", "versionMessage", "contentFormat"],
            };
            let mut arguments = object([
                (id_of_page(profile), json!(update.id)),
                (body, json!(update.body)),
            ]);
            for (name, value) in [
                ("title", json!(update.title)),
                (message, json!(update.message)),
                (format, json!("markdown")),
                ("snapshotToken", read["snapshotToken"].clone()),
            ] {
                if offer.takes(name) && !value.is_null() {
                    arguments.insert(name.into(), value);
                }
            }
            // Not left out silently where nothing is known of the tool's arguments.
            if current.title != update.title {
                arguments.insert("title".into(), json!(update.title));
            }
            arguments
        });
        as_page(&call.await.map_err(CallError::of_page)?)
    }
}
