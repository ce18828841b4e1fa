//! Giving an issue to somebody. Doing it again changes nothing, so it may be repeated.

use serde_json::json;

use super::{JiraClient, JiraError, is_issue_id_or_key};
use crate::credentials::Flavor;

impl JiraClient {
    /// Assigns an issue to an account ([`super::Account::account_id`]), or to nobody.
    #[tracing::instrument(name = "jira.assign", skip_all, fields(issue.key = key))]
    pub async fn assign(&self, key: &str, account: Option<&str>) -> Result<(), JiraError> {
        if !is_issue_id_or_key(key) {
            return Err(JiraError::NotFound);
        }
        let body = match self.flavor {
            Flavor::Cloud => json!({ "accountId": account }),
            Flavor::DataCenter => json!({ "name": account }),
        };
        let request = self.put(&["issue", key, "assignee"]);
        self.done("the assignment", request.json(&body)).await
    }
}
