//! Jira behind one face: what a draft becomes and is found again by goes over the configured road.
//!
//! Metadata, permissions and issue properties always go by REST; see [`Jira::rest`].

use std::time::Duration;

use maro_atlassian::rest::{CreatedIssue, Issue, JqlSearch};
use maro_atlassian::{CreateError, JiraClient, JiraError};
use maro_core::calls::Observer;
use url::Url;

/// A connection to Jira. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct Jira {
    rest: JiraClient,
    acting_identity: String,
}

impl Jira {
    /// Everything goes by REST.
    pub(super) fn by_rest(rest: JiraClient, acting_identity: String) -> Self {
        Self {
            rest,
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
        self.rest.create_issue(body, timeout).await
    }

    /// Reads one issue.
    pub async fn issue(
        &self,
        id_or_key: &str,
        fields: &[&str],
        properties: &[&str],
    ) -> Result<Issue, JiraError> {
        self.rest.issue(id_or_key, fields, properties).await
    }

    /// Searches by JQL.
    pub async fn search_jql(&self, search: JqlSearch<'_>) -> Result<Vec<Issue>, JiraError> {
        self.rest.search_jql(search).await
    }
}
