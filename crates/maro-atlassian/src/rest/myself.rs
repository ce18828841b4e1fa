//! Accounts: the one that we are, and those of other people.

use serde::{Deserialize, Deserializer};

use super::{JiraClient, JiraError};
use crate::credentials::Flavor;

/// At most this many accounts are returned for a search.
const MOST_FOUND: &str = "20";

/// A Jira account.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// Its id: the account id on Cloud, the user name on Server and Data Center.
    #[serde(flatten, deserialize_with = "account_id")]
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

    /// Finds accounts by a part of their name or their e-mail address.
    ///
    /// Cloud finds by e-mail only what the profile shows; an empty answer proves nothing.
    #[tracing::instrument(name = "jira.find_accounts", skip_all)]
    pub async fn find_accounts(&self, text: &str) -> Result<Vec<Account>, JiraError> {
        let name = match self.flavor {
            Flavor::Cloud => "query",
            Flavor::DataCenter => "username",
        };
        let query = [(name, text), ("maxResults", MOST_FOUND)];
        let request = self.get(&["user", "search"]).query(&query);
        self.json("the accounts", request).await
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Id {
    #[serde(default)]
    account_id: Option<String>,
    #[serde(default)]
    name: Option<String>,
}

fn account_id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let id = Id::deserialize(deserializer)?;
    id.account_id
        .or(id.name)
        .ok_or_else(|| serde::de::Error::missing_field("accountId"))
}
