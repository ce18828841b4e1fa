//! The projects that the account may see.

use serde::Deserialize;

use super::{JiraClient, JiraError};
use crate::credentials::Flavor;

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
        if self.flavor == Flavor::DataCenter {
            // Version 2 has no search for projects; it lists them all at once.
            let all: Vec<Project> = self.json("the projects", self.get(&["project"])).await?;
            return Ok(all.into_iter().filter(|it| it.matches(query)).collect());
        }
        let query: &[(&str, &str)] = if query.is_empty() {
            &[]
        } else {
            &[("query", query)]
        };
        self.all_pages("the projects", &["project", "search"], query, &["values"])
            .await
    }
}

impl Project {
    fn matches(&self, query: &str) -> bool {
        let query = query.to_lowercase();
        [&self.key, &self.name]
            .iter()
            .any(|text| text.to_lowercase().contains(&query))
    }
}
