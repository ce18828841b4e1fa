//! Confluence behind one face, as [`super::Jira`] is for Jira: pages are written over the configured
//! road, and read over it while REST does not answer. Spaces always go by REST.

use std::time::Duration;

use maro_atlassian::confluence::{
    ConfluenceClient, ConfluenceError, CqlSearch, Found, NewPage, Page, PageError, PageUpdate,
};
use maro_atlassian::markdown::to_storage;
use maro_atlassian::mcp::McpClient;
use maro_core::calls::Observer;

/// A connection to Confluence. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct Confluence {
    rest: ConfluenceClient,
    mcp: Option<McpClient>,
}

impl Confluence {
    /// Everything goes by REST.
    pub(super) fn by_rest(rest: ConfluenceClient) -> Self {
        Self { rest, mcp: None }
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
    pub(super) fn through(self, mcp: McpClient) -> Self {
        Self {
            mcp: Some(mcp),
            ..self
        }
    }

    /// The REST client, for what only REST can do.
    #[must_use]
    pub fn rest(&self) -> &ConfluenceClient {
        &self.rest
    }

    /// Markdown in the form that this road takes for the body of a page.
    #[must_use]
    pub fn text(&self, markdown: &str) -> String {
        match &self.mcp {
            Some(_) => markdown.to_owned(),
            None => to_storage(markdown),
        }
    }

    /// Creates a page whose body [`Confluence::text`] made; at most one request.
    pub async fn create_page(
        &self,
        page: NewPage<'_>,
        timeout: Duration,
    ) -> Result<Page, PageError> {
        match &self.mcp {
            Some(mcp) => Box::pin(mcp.create_page(page, timeout)).await,
            None => self.rest.create_page(page, timeout).await,
        }
    }

    /// Updates a page whose body [`Confluence::text`] made, when it still has the version that the
    /// change is based on.
    pub async fn update_page(&self, update: PageUpdate<'_>) -> Result<Page, ConfluenceError> {
        match &self.mcp {
            Some(mcp) => Box::pin(mcp.update_page(update)).await,
            None => self.rest.update_page(update).await,
        }
    }

    /// Reads a page.
    pub async fn page(&self, id: &str) -> Result<Page, ConfluenceError> {
        match (self.rest.page(id).await, &self.mcp) {
            (Err(err), Some(mcp)) if err.is_transient() => {
                Box::pin(mcp.page(id)).await.map_err(|_| err)
            }
            (read, _) => read,
        }
    }

    /// Searches by CQL.
    pub async fn search_cql(&self, search: CqlSearch<'_>) -> Result<Vec<Found>, ConfluenceError> {
        match (self.rest.search_cql(search).await, &self.mcp) {
            (Err(err), Some(mcp)) if err.is_transient() => {
                Box::pin(mcp.search_cql(search)).await.map_err(|_| err)
            }
            (read, _) => read,
        }
    }
}
