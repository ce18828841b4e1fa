//! Taking a step of an issue, and the truth about its outcome. Taking it twice does no harm, but
//! whether it was taken decides what may be done next.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::json;

use super::{CreateError, JiraClient, Written, is_issue_id_or_key};
use crate::http::once::accepted;
use crate::observed::worded;

impl JiraClient {
    /// Takes the step with this id, one of [`JiraClient::transitions`].
    ///
    /// After `deadline` the outcome is unknown. The body holds nothing else: Jira drops a comment
    /// silently when the step has no screen.
    #[tracing::instrument(name = "jira.take_step", skip_all, fields(issue.key = key))]
    pub async fn take_step(
        &self,
        key: &str,
        step: &str,
        deadline: Duration,
    ) -> Result<(), CreateError> {
        if !is_issue_id_or_key(key) {
            return Err(CreateError::no_issue_key());
        }
        let request = self
            .connection
            .writes
            .post(self.endpoint(&["issue", key, "transitions"]))
            .json(&json!({ "transition": { "id": step } }));
        let call = async {
            accepted(&self.connection, request, StatusCode::NO_CONTENT, deadline)
                .await
                .map(drop)
        };
        let words = |failure| CreateError::from_failure(failure, Written::Step);
        worded(&self.connection.observer, "take a step", call, words).await
    }
}
