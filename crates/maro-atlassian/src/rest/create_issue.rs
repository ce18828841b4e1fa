//! Creating an issue: one POST, sent at most once, and the truth about its outcome.
//!
//! The caller gives the exact bytes, because what is approved is what is sent.

use std::time::Duration;

use maro_core::issue_key::IssueKey;
use reqwest::StatusCode;
use reqwest::header::CONTENT_TYPE;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use super::{CreateError, JiraClient, Written};
use crate::http::once::once;
use crate::observed::worded;

/// The usual deadline of a create. A lease on the operation must last longer.
pub const CREATE_TIMEOUT: Duration = Duration::from_secs(20);

/// The issue that Jira created.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CreatedIssue {
    /// Jira's number for it; it never changes.
    #[serde(deserialize_with = "not_empty")]
    pub id: String,
    /// Its key.
    pub key: IssueKey,
    /// What Jira holds otherwise than it was sent, one sentence each. A create by REST never has any:
    /// Jira takes such a request as a whole or not at all.
    #[serde(skip)]
    pub differences: Vec<String>,
}

impl JiraClient {
    /// Creates an issue from a complete JSON body.
    ///
    /// After `deadline` the outcome is unknown; the deadline covers connecting, writing and reading.
    ///
    /// See <https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-post>.
    #[tracing::instrument(name = "jira.create_issue", skip_all)]
    pub async fn create_issue(
        &self,
        body: Vec<u8>,
        deadline: Duration,
    ) -> Result<CreatedIssue, CreateError> {
        let request = self
            .connection
            .writes
            .post(self.endpoint(&["issue"]))
            .header(CONTENT_TYPE, "application/json")
            .body(body);
        let call = once(&self.connection, request, StatusCode::CREATED, deadline);
        let words = |failure| CreateError::from_failure(failure, Written::Issue);
        worded(&self.connection.observer, "create issue", call, words).await
    }
}

/// An empty id is an answer that cannot be read.
fn not_empty<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let id = String::deserialize(deserializer)?;
    if id.is_empty() {
        return Err(D::Error::custom("the id is empty"));
    }
    Ok(id)
}
