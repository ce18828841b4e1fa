//! The issue types that can be created in a project.

use serde::Deserialize;

use super::{JiraClient, JiraError};

/// An issue type of a project.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CreateIssueType {
    /// Its id, as it goes into a create.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether its issues need a parent.
    #[serde(default)]
    pub subtask: bool,
}

impl JiraClient {
    /// Lists the issue types of a project, given by its key or id.
    #[tracing::instrument(name = "jira.create_issue_types", skip_all)]
    pub async fn create_issue_types(
        &self,
        project: &str,
    ) -> Result<Vec<CreateIssueType>, JiraError> {
        let segments = ["issue", "createmeta", project, "issuetypes"];
        let names = ["issueTypes", "createMetaIssueType", "values"];
        self.all_pages("the issue types", &segments, &[], &names)
            .await
    }
}
