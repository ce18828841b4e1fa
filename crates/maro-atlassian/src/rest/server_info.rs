//! What stands at the other end. Jira answers this to anybody, so it proves nothing about credentials.

use serde::Deserialize;
use url::Url;

use super::{JiraClient, JiraError};

/// The server and the addresses that it knows itself by.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServerInfo {
    /// The address of the site.
    pub base_url: Url,
    /// `Cloud` or `Server`.
    #[serde(default)]
    pub deployment_type: Option<String>,
    /// The version.
    #[serde(default)]
    pub version: Option<String>,
    /// The title of the site.
    #[serde(default)]
    pub server_title: Option<String>,
    /// The time there, as Jira writes it.
    #[serde(default)]
    pub server_time: Option<String>,
}

impl JiraClient {
    /// Reads what the server says about itself.
    #[tracing::instrument(name = "jira.server_info", skip_all)]
    pub async fn server_info(&self) -> Result<ServerInfo, JiraError> {
        self.json("the server information", self.get(&["serverInfo"]))
            .await
    }
}
