//! `auth.test`: who the token belongs to, and what it may do.

use serde::Deserialize;

use crate::{SlackClient, SlackError};

/// Who Maro is in the workspace.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct AuthTest {
    /// The workspace's address.
    pub url: String,
    /// The workspace's name.
    pub team: String,
    /// The workspace's id.
    pub team_id: String,
    /// The bot user's name.
    #[serde(default)]
    pub user: String,
    /// The bot user's id.
    pub user_id: String,
    /// The bot's id; absent for a user token.
    pub bot_id: Option<String>,
    /// The organisation's id, on Enterprise Grid.
    pub enterprise_id: Option<String>,
    /// The scopes that the token carries, as Slack's answer header tells them.
    #[serde(skip)]
    pub scopes: Vec<String>,
}

impl SlackClient {
    /// Asks who the token belongs to. This is the probe of the connection's health.
    pub async fn auth_test(&self) -> Result<AuthTest, SlackError> {
        self.observe("auth.test", self.identity()).await
    }

    async fn identity(&self) -> Result<AuthTest, SlackError> {
        let received = self.receive_form("auth.test", &[]).await?;
        let mut identity: AuthTest = received.decode()?;
        let scopes = received
            .headers
            .get("x-oauth-scopes")
            .and_then(|value| value.to_str().ok());
        identity.scopes = scopes.map(split_scopes).unwrap_or_default();
        Ok(identity)
    }
}

fn split_scopes(header: &str) -> Vec<String> {
    header
        .split(',')
        .map(str::trim)
        .filter(|scope| !scope.is_empty())
        .map(str::to_owned)
        .collect()
}
