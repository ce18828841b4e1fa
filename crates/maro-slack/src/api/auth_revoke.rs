//! `auth.revoke`: the token ends. See <https://docs.slack.dev/reference/methods/auth.revoke>.

use serde::Deserialize;

use crate::{SlackClient, SlackError};

#[derive(Deserialize)]
struct Revoked {
    #[serde(default)]
    revoked: bool,
}

impl SlackClient {
    /// Ends the token of this client. Returns whether Slack says that it did.
    pub async fn auth_revoke(&self) -> Result<bool, SlackError> {
        let answer: Revoked = self.call_form("auth.revoke", &[]).await?;
        Ok(answer.revoked)
    }
}
