//! The projects that the account may see.

use serde::Deserialize;

use super::{JiraClient, JiraError};

/// A project.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Project {
    /// Its id.
    pub id: String,
    /// Its key.
    pub key: String,
    /// Its name.
    #[serde(default)]
    pub name: String,
}

impl JiraClient {
    /// Lists projects; `query` is matched against key and name, an empty one matches all.
    #[tracing::instrument(name = "jira.projects", skip_all)]
    pub async fn projects(&self, query: &str) -> Result<Vec<Project>, JiraError> {
        let query: &[(&str, &str)] = if query.is_empty() {
            &[]
        } else {
            &[("query", query)]
        };
        self.all_pages("the projects", &["project", "search"], query, &["values"])
            .await
    }
}
