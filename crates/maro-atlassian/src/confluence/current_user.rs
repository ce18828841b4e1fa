//! The account that we are in Confluence.

use serde::Deserialize;

use super::{ConfluenceClient, ConfluenceError};
use crate::http::{Failure, Refusal, answer};
use crate::observed::worded;

/// A Confluence account.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// What kind it is; `anonymous` when the credentials were not taken.
    #[serde(default, rename = "type")]
    pub kind: String,
    /// Its name.
    #[serde(default)]
    pub display_name: String,
}

impl ConfluenceClient {
    /// Reads the account that the credentials belong to.
    ///
    /// Confluence answers people who are not signed in, too; that counts as wrong credentials here.
    #[tracing::instrument(name = "confluence.current_user", skip_all)]
    pub async fn current_user(&self) -> Result<User, ConfluenceError> {
        let request = self.get(self.v1(&["user", "current"]));
        let call = async {
            let user: User = answer::json(&self.connection, "the account", request).await?;
            if user.kind == "anonymous" {
                return Err(Failure::Unauthorized(Refusal::default()));
            }
            Ok(user)
        };
        let words = ConfluenceError::from;
        worded(&self.connection.observer, "account", call, words).await
    }
}
