//! Setting an issue property. Setting it again to the same value changes nothing, so it may be repeated.

use serde_json::Value;

use super::{JiraClient, JiraError, is_issue_id_or_key};

impl JiraClient {
    /// Sets a property of an issue.
    #[tracing::instrument(name = "jira.set_property", skip_all, fields(issue.key = issue))]
    pub async fn set_property(
        &self,
        issue: &str,
        property: &str,
        value: &Value,
    ) -> Result<(), JiraError> {
        if !is_issue_id_or_key(issue) {
            return Err(JiraError::NotFound);
        }
        let request = self.put(&["issue", issue, "properties", property]);
        self.done("the property", request.json(value)).await
    }
}
