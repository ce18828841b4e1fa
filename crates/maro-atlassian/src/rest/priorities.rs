//! The priorities of the site. A project may allow fewer; its create fields tell.

use serde::Deserialize;

use super::{JiraClient, JiraError};
use crate::credentials::Flavor;

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
        match self.flavor {
            Flavor::Cloud => {
                let segments = ["priority", "search"];
                self.all_pages("the priorities", &segments, &[], &["values"])
                    .await
            }
            Flavor::DataCenter => self.json("the priorities", self.get(&["priority"])).await,
        }
    }
}
