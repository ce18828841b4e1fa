//! Adding a comment. Jira knows no key for it that would make a second one impossible, so it is sent
//! at most once, and its outcome is told like that of a create.

use std::time::Duration;

use reqwest::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{CreateError, JiraClient, Written, is_issue_id_or_key};
use crate::http::once::once;
use crate::observed::worded;

/// The comment that Jira added.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CreatedComment {
    /// Its id.
    pub id: String,
}

impl JiraClient {
    /// Adds a comment; `text` is what [`JiraClient::text`] makes.
    ///
    /// After `deadline` the outcome is unknown.
    #[tracing::instrument(name = "jira.add_comment", skip_all, fields(issue.key = key))]
    pub async fn add_comment(
        &self,
        key: &str,
        text: &Value,
        deadline: Duration,
    ) -> Result<CreatedComment, CreateError> {
        if !is_issue_id_or_key(key) {
            return Err(CreateError::no_issue_key());
        }
        let request = self
            .connection
            .writes
            .post(self.endpoint(&["issue", key, "comment"]))
            .json(&json!({ "body": text }));
        let call = once(&self.connection, request, StatusCode::CREATED, deadline);
        let words = |failure| CreateError::from_failure(failure, Written::Comment);
        worded(&self.connection.observer, "add comment", call, words).await
    }
}
