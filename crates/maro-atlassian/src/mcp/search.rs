//! Searching issues through an MCP server, page by page.

use serde_json::{Value, json};
use tokio::time::Instant;

use super::issue::as_issue;
use super::profile::{Profile, Tool};
use super::{McpClient, object};
use crate::rest::{Issue, JiraError, JqlSearch};

impl McpClient {
    /// Searches issues. Properties cannot be read on this road; what a search asks of them is left out.
    #[tracing::instrument(name = "mcp.search", skip_all)]
    pub async fn search_jql(&self, search: JqlSearch<'_>) -> Result<Vec<Issue>, JiraError> {
        let deadline = Instant::now() + self.link.config().limits.read;
        let mut issues = Vec::new();
        let mut token: Option<String> = None;
        for _ in 0..search.max_pages {
            let page = self
                .search_page(&search, token.as_deref(), deadline)
                .await?;
            let next = next_page(&page);
            for issue in listed(page)? {
                issues.push(as_issue(self.profile(), issue)?);
            }
            if next.is_none() || next == token {
                break;
            }
            token = next;
        }
        Ok(issues)
    }

    async fn search_page(
        &self,
        search: &JqlSearch<'_>,
        token: Option<&str>,
        deadline: Instant,
    ) -> Result<Value, JiraError> {
        let profile = self.profile();
        // mcp-atlassian refuses more than 50.
        let size = search.page_size.min(50);
        self.call(Tool::Search, deadline, |offer| {
            let (mut arguments, place) = if profile == Profile::Sooperset {
                let fields = search.fields.join(",");
                let arguments = [
                    ("jql", json!(search.jql)),
                    ("fields", json!(fields)),
                    ("limit", json!(size)),
                ];
                (object(arguments), "page_token")
            } else {
                let mut arguments = object([("jql", json!(search.jql))]);
                if offer.takes("maxResults") {
                    arguments.insert("maxResults".into(), json!(size));
                }
                if offer.takes("fields") {
                    arguments.insert("fields".into(), json!(search.fields));
                }
                (arguments, "nextPageToken")
            };
            if let Some(token) = token {
                arguments.insert(place.into(), json!(token));
            }
            arguments
        })
        .await
        .map_err(super::failure::CallError::of_read)
    }
}

fn next_page(page: &Value) -> Option<String> {
    ["nextPageToken", "next_page_token"]
        .iter()
        .find_map(|name| page[*name].as_str())
        .map(str::to_owned)
}

fn listed(page: Value) -> Result<Vec<Value>, JiraError> {
    let list = match page {
        Value::Array(list) => Some(list),
        Value::Object(mut object) => match object.remove("issues") {
            Some(Value::Array(list)) => Some(list),
            Some(Value::Object(mut inner)) => match inner.remove("nodes") {
                Some(Value::Array(list)) => Some(list),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    };
    list.ok_or_else(|| JiraError::UnexpectedAnswer {
        what: "the MCP server's search has no issues in it".into(),
    })
}
