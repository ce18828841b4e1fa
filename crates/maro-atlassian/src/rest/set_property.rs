//! Setting an issue property. Setting it again to the same value changes nothing, so it may be repeated.

use serde_json::Value;

use super::answer::success;
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
        let url = self.endpoint(&["issue", issue, "properties", property]);
        success(
            "the property",
            self.authorized(self.reads.put(url)).json(value),
        )
        .await
        .map(drop)
    }
}
