//! Jira behind one face: what a draft becomes and is found again by goes over the configured road.
//!
//! Metadata, permissions and issue properties always go by REST; see [`Jira::rest`].

use std::time::Duration;

use maro_atlassian::mcp::{self, McpClient};
use maro_atlassian::rest::{CreatedIssue, Issue, JqlSearch};
use maro_atlassian::{CreateError, JiraClient, JiraError, markdown};
use maro_core::calls::Observer;
use serde_json::Value;
use url::Url;

/// A connection to Jira. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct Jira {
    rest: JiraClient,
    mcp: Option<McpClient>,
    acting_identity: String,
}

impl Jira {
    /// Everything goes by REST.
    pub(super) fn by_rest(rest: JiraClient, acting_identity: String) -> Self {
        Self {
            rest,
            mcp: None,
            acting_identity,
        }
    }

    /// Tells `observer` about every call from now on.
    #[must_use]
    pub(super) fn observed_by(self, observer: Observer) -> Self {
        Self {
            rest: self.rest.observed_by(observer),
            ..self
        }
    }

    /// Writes go through an MCP server, and so do reads that REST cannot answer at the moment.
    pub(super) fn through(self, mcp: McpClient, acting_identity: String) -> Self {
        Self {
            mcp: Some(mcp),
            acting_identity,
            ..self
        }
    }

    /// The MCP server, when it is the road.
    #[must_use]
    pub fn mcp(&self) -> Option<&McpClient> {
        self.mcp.as_ref()
    }

    /// A description in the form that this road takes: a document, wiki markup, or Markdown as it is.
    #[must_use]
    pub fn description(&self, sections: &[(&str, &str)]) -> Value {
        match &self.mcp {
            Some(_) => Value::String(mcp::sections(sections)),
            None => markdown::sections(self.rest.flavor(), sections),
        }
    }

    /// The account that approvals are bound to, as it was configured: a draft can be hashed while
    /// Jira is down.
    #[must_use]
    pub fn acting_identity(&self) -> &str {
        &self.acting_identity
    }

    /// The REST client, for what only REST can do.
    #[must_use]
    pub fn rest(&self) -> &JiraClient {
        &self.rest
    }

    /// The page of an issue, for people.
    #[must_use]
    pub fn browse_url(&self, key: &str) -> Url {
        self.rest.browse_url(key)
    }

    /// Creates an issue from the exact body; at most one request.
    pub async fn create_issue(
        &self,
        body: Vec<u8>,
        timeout: Duration,
    ) -> Result<CreatedIssue, CreateError> {
        match &self.mcp {
            // Boxed: it is a large state machine, and rarely the road.
            Some(mcp) => Box::pin(mcp.create_issue(&body, timeout)).await,
            None => self.rest.create_issue(body, timeout).await,
        }
    }

    /// Reads one issue.
    pub async fn issue(
        &self,
        id_or_key: &str,
        fields: &[&str],
        properties: &[&str],
    ) -> Result<Issue, JiraError> {
        let read = self.rest.issue(id_or_key, fields, properties).await;
        match (read, &self.mcp) {
            (Err(err), Some(mcp)) if err.is_transient() && properties.is_empty() => {
                let read = Box::pin(mcp.issue(id_or_key, fields)).await;
                read.map_err(|_| err)
            }
            (read, _) => read,
        }
    }

    /// Searches by JQL.
    pub async fn search_jql(&self, search: JqlSearch<'_>) -> Result<Vec<Issue>, JiraError> {
        let read = self.rest.search_jql(search).await;
        match (read, &self.mcp) {
            (Err(err), Some(mcp)) if err.is_transient() && search.properties.is_empty() => {
                Box::pin(mcp.search_jql(search)).await.map_err(|_| err)
            }
            (read, _) => read,
        }
    }
}
