//! The account that we are.

use serde::Deserialize;

use super::{JiraClient, JiraError};

/// A Jira account.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// Its id.
    pub account_id: String,
    /// Its name.
    #[serde(default)]
    pub display_name: String,
    /// Its e-mail address, unless the profile hides it.
    #[serde(default)]
    pub email_address: Option<String>,
}

impl JiraClient {
    /// Reads the account that the credentials belong to; it fails when they are wrong.
    #[tracing::instrument(name = "jira.myself", skip_all)]
    pub async fn myself(&self) -> Result<Account, JiraError> {
        self.json("the account", self.get(&["myself"])).await
    }
}
