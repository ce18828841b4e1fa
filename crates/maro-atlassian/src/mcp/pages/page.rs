//! Reading a page through an MCP server, in the form that REST has.

use serde_json::{Value, json};
use tokio::time::Instant;

use super::super::failure::CallError;
use super::super::profile::{Profile, Tool};
use super::super::{McpClient, object};
use crate::confluence::{ConfluenceError, Page, is_page_id};

impl McpClient {
    /// Reads a page. Its text is there when the server gives it in storage format, which the hosted one
    /// does not.
    #[tracing::instrument(name = "mcp.page", skip_all, fields(page.id = id))]
    pub async fn page(&self, id: &str) -> Result<Page, ConfluenceError> {
        let deadline = Instant::now() + self.link.config().limits.read;
        let answer = self.page_until(id, deadline).await?;
        as_page(&answer)
    }

    /// The answer as it came; an edit on the second version needs more of it than the page.
    pub(super) async fn page_until(
        &self,
        id: &str,
        deadline: Instant,
    ) -> Result<Value, ConfluenceError> {
        if !is_page_id(id) {
            return Err(ConfluenceError::NotFound);
        }
        let profile = self.profile();
        let call = self.call(Tool::Page, deadline, |offer| {
            let mut arguments = object([(id_of_page(profile), json!(id))]);
            if offer.takes("convert_to_markdown") {
                arguments.insert("convert_to_markdown".into(), json!(false));
            }
            arguments
        });
        call.await.map_err(CallError::of_page)
    }
}

/// What the argument with a page's id is called.
pub(super) fn id_of_page(profile: Profile) -> &'static str {
    match profile {
        Profile::Sooperset => "page_id",
        Profile::RovoV1 => "pageId",
        Profile::RovoV2 => "content_id",
    }
}

/// Reads a page out of an answer: mcp-atlassian's flat form, or version 2 of the REST API.
pub(super) fn as_page(answer: &Value) -> Result<Page, ConfluenceError> {
    let page = ["metadata", "page"]
        .iter()
        .find_map(|name| answer.get(*name))
        .unwrap_or(answer);
    let text = |value: &Value| match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let content = &page["content"];
    let body = text(&content["value"]).filter(|_| content["format"] == "storage");
    let version = page["version"]
        .as_u64()
        .or_else(|| page["version"]["number"].as_u64());
    Ok(Page {
        id: text(&page["id"]).ok_or_else(unreadable)?,
        title: text(&page["title"]).unwrap_or_default(),
        version: version.ok_or_else(unreadable)?,
        body,
        space: text(&page["spaceId"]).or_else(|| text(&page["space"]["key"])),
    })
}

fn unreadable() -> ConfluenceError {
    ConfluenceError::UnexpectedAnswer {
        what: "the MCP server's page".into(),
    }
}
