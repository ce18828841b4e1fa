//! Whether the account may create issues in a project.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{JiraClient, JiraError};

const PERMISSION: &str = "CREATE_ISSUES";

impl JiraClient {
    /// Asks Jira whether the account has the permission to create issues in a project.
    #[tracing::instrument(name = "jira.permissions", skip_all)]
    pub async fn can_create_issues(&self, project_key: &str) -> Result<bool, JiraError> {
        let query = [("projectKey", project_key), ("permissions", PERMISSION)];
        let request = self.get(&["mypermissions"]).query(&query);
        let answer: PermissionsBody = self.json("the permissions", request).await?;
        Ok(answer
            .permissions
            .get(PERMISSION)
            .is_some_and(|permission| permission.have_permission))
    }
}

#[derive(Deserialize)]
struct PermissionsBody {
    permissions: BTreeMap<String, PermissionBody>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PermissionBody {
    #[serde(default)]
    have_permission: bool,
}
