//! `GET /me`: the person behind a grant. What Maro writes, this person is the author of.

use maro_core::text::{clip, one_line};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use super::answer::{self, Asked};
use super::{OAuthClient, OAuthError};

const LONGEST_NAME: usize = 200;
const LONGEST_ID: usize = 128;

/// The person who consented.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Me {
    /// The account id.
    pub account_id: String,
    /// The name.
    #[serde(default)]
    pub name: String,
}

impl OAuthClient {
    /// Reads who consented; needs `read:me`.
    #[tracing::instrument(name = "oauth.me", skip_all)]
    pub async fn me(&self, access_token: &SecretString) -> Result<Me, OAuthError> {
        let request = self.http.get(self.api(&["me"]));
        let request = request.bearer_auth(access_token.expose_secret());
        let me: Me = answer::json(request, Asked::WithToken, &[access_token]).await?;
        if me.account_id.is_empty() || me.account_id.len() > LONGEST_ID {
            return Err(OAuthError::unavailable(
                "Atlassian's accounts did not say who consented",
            ));
        }
        Ok(Me {
            name: clip(&one_line(&me.name), LONGEST_NAME),
            ..me
        })
    }
}
