//! Jira behind one face: what a draft becomes and is found again by goes over the configured road.
//!
//! Metadata, permissions and issue properties always go by REST; see [`Jira::rest`]. Reads go by REST,
//! too, and by the configured road only while REST does not answer.

use std::time::Duration;

use maro_atlassian::mcp::{self, McpClient};
use maro_atlassian::rest::{CreatedComment, CreatedIssue, Issue, JqlSearch, Transition};
use maro_atlassian::{CreateError, JiraClient, JiraError, markdown};
use maro_core::calls::Observer;
use maro_core::operations::IssueRef;
use serde_json::{Map, Value};
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

    /// Markdown in the form that this road takes in a field.
    #[must_use]
    pub fn text(&self, markdown: &str) -> Value {
        match &self.mcp {
            Some(_) => Value::String(markdown.to_owned()),
            None => self.rest.text(markdown),
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

    /// Sets fields of an issue, a description being what [`Jira::text`] makes. What Jira holds
    /// otherwise afterwards is told in sentences; by REST it takes all of them or none.
    pub async fn update_issue(
        &self,
        key: &str,
        fields: &Map<String, Value>,
    ) -> Result<Vec<String>, JiraError> {
        match &self.mcp {
            Some(mcp) => Box::pin(mcp.update_issue(key, fields)).await,
            None => self.rest.update_issue(key, fields).await.map(|()| vec![]),
        }
    }

    /// Adds a comment in Markdown; at most one request. After `timeout` the outcome is unknown.
    pub async fn add_comment(
        &self,
        key: &str,
        markdown: &str,
        timeout: Duration,
    ) -> Result<CreatedComment, CreateError> {
        if let Some(mcp) = &self.mcp {
            return Box::pin(mcp.add_comment(key, markdown, timeout)).await;
        }
        let text = self.rest.text(markdown);
        self.rest.add_comment(key, &text, timeout).await
    }

    /// Moves an issue to a status by its name. An answer that got lost leaves the step taken or not.
    pub async fn transition_to(&self, key: &str, target: &str) -> Result<Transition, JiraError> {
        match &self.mcp {
            Some(mcp) => Box::pin(mcp.transition_to(key, target)).await,
            None => self.rest.transition_to(key, target).await,
        }
    }

    /// Takes a step of an issue; after `timeout` the outcome is unknown. A server in between is given
    /// the key, since not all of them know issues by their number.
    pub async fn take_step(
        &self,
        issue: &IssueRef,
        step: &str,
        timeout: Duration,
    ) -> Result<(), CreateError> {
        match &self.mcp {
            Some(mcp) => Box::pin(mcp.take_step(&issue.key, step, timeout)).await,
            None => self.rest.take_step(&issue.id, step, timeout).await,
        }
    }

    /// Assigns an issue to an account, by its id on Cloud and its name elsewhere, or to nobody.
    pub async fn assign(&self, key: &str, account: Option<&str>) -> Result<(), JiraError> {
        match &self.mcp {
            Some(mcp) => Box::pin(mcp.assign(key, account)).await,
            None => self.rest.assign(key, account).await,
        }
    }
}
