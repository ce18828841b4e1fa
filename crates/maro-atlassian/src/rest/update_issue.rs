//! Changing fields of an issue. Setting them again to the same values changes nothing, so it may be repeated.

use serde_json::{Map, Value, json};

use super::{JiraClient, JiraError, is_issue_id_or_key};

impl JiraClient {
    /// Sets fields of an issue; Jira takes all of them or none.
    ///
    /// A description is a document on Cloud and wiki markup elsewhere: [`JiraClient::text`] makes it.
    #[tracing::instrument(name = "jira.update_issue", skip_all, fields(issue.key = key))]
    pub async fn update_issue(
        &self,
        key: &str,
        fields: &Map<String, Value>,
    ) -> Result<(), JiraError> {
        if !is_issue_id_or_key(key) {
            return Err(JiraError::NotFound);
        }
        let request = self.put(&["issue", key]).json(&json!({ "fields": fields }));
        self.done("the change", request).await
    }
}
