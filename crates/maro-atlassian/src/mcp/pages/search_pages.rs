//! Searching by CQL through an MCP server. The index lags: what is not in the answer may exist.

use serde_json::{Value, json};
use tokio::time::Instant;

use super::super::failure::CallError;
use super::super::profile::{Profile, Tool};
use super::super::{McpClient, object};
use crate::confluence::{ConfluenceError, CqlSearch, Found};

impl McpClient {
    /// Searches by CQL.
    #[tracing::instrument(name = "mcp.search_cql", skip_all)]
    pub async fn search_cql(&self, search: CqlSearch<'_>) -> Result<Vec<Found>, ConfluenceError> {
        let deadline = Instant::now() + self.link.config().limits.read;
        let profile = self.profile();
        // mcp-atlassian refuses more.
        let limit = search.limit.clamp(1, 50);
        let call = self.call(Tool::SearchPages, deadline, |offer| {
            let name = match profile {
                // What holds an operator goes through as it is.
                Profile::Sooperset => "query",
                Profile::RovoV1 | Profile::RovoV2 => "cql",
            };
            let mut arguments = object([(name, json!(search.cql))]);
            if offer.takes("limit") {
                arguments.insert("limit".into(), json!(limit));
            }
            arguments
        });
        let answer = call.await.map_err(CallError::of_page)?;
        let list = answer.get("results").unwrap_or(&answer);
        let list = list
            .as_array()
            .ok_or_else(|| ConfluenceError::UnexpectedAnswer {
                what: "the MCP server's search has no results in it".into(),
            })?;
        let found = list.iter().filter_map(found);
        Ok(found.take(search.limit as usize).collect())
    }
}

/// A result: REST's, with the page inside, or mcp-atlassian's, which is the page.
fn found(result: &Value) -> Option<Found> {
    let page = result
        .get("content")
        .filter(|inner| inner.get("id").is_some());
    let text = |value: &Value| value.as_str().map(Found::plain);
    let excerpt = match page {
        Some(_) => text(&result["excerpt"]),
        None => text(&result["content"]["value"]),
    };
    let page = page.unwrap_or(result);
    Some(Found {
        id: page["id"].as_str()?.to_owned(),
        kind: page["type"].as_str().unwrap_or_default().to_owned(),
        title: text(&page["title"]).unwrap_or_default(),
        excerpt: excerpt.unwrap_or_default(),
    })
}
