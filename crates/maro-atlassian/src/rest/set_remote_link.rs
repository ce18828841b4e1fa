//! Links from an issue to pages elsewhere. Jira keeps one link per global id, so it may be repeated.

use serde_json::json;
use url::Url;

use super::{JiraClient, JiraError, is_issue_id_or_key};

impl JiraClient {
    /// Links an issue to a page; a link of the same `global_id` is replaced.
    #[tracing::instrument(name = "jira.set_remote_link", skip_all, fields(issue.key = key))]
    pub async fn set_remote_link(
        &self,
        key: &str,
        global_id: &str,
        page: &Url,
        title: &str,
    ) -> Result<(), JiraError> {
        if !is_issue_id_or_key(key) {
            return Err(JiraError::NotFound);
        }
        let object = json!({ "url": page.as_str(), "title": title });
        let body = json!({ "globalId": global_id, "object": object });
        let request = self.post(&["issue", key, "remotelink"]);
        self.done("the link", request.json(&body)).await
    }
}
