//! The priorities of the site. A project may allow fewer; its create fields tell.

use serde::Deserialize;

use super::{JiraClient, JiraError};

/// A priority.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Priority {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

impl JiraClient {
    /// Lists the priorities, most urgent first.
    #[tracing::instrument(name = "jira.priorities", skip_all)]
    pub async fn priorities(&self) -> Result<Vec<Priority>, JiraError> {
        self.all_pages("the priorities", &["priority", "search"], &[], &["values"])
            .await
    }
}
