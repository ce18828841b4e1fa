//! `POST /oauth/token`: a code or a refresh token against a new pair.

use std::fmt;
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::answer::{self, Asked};
use super::{OAuthClient, OAuthError};

/// What Atlassian gives when it does not say how long a token lives.
const USUAL_LIFE: u64 = 3_600;
const LONGEST_LIFE: u64 = 30 * 86_400;
const LONGEST_TOKEN: usize = 32 * 1024;

/// An access token and what renews it.
#[derive(Clone)]
pub struct TokenPair {
    /// The access token.
    pub access_token: SecretString,
    /// The refresh token; it replaces the one that was used. Absent without `offline_access`.
    pub refresh_token: Option<SecretString>,
    /// How long the access token lives.
    pub expires_in: Duration,
    /// What was granted.
    pub scopes: Vec<String>,
}

/// Shows no token.
impl fmt::Debug for TokenPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenPair")
            .field("expires_in", &self.expires_in)
            .field("scopes", &self.scopes)
            .finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
struct Answer {
    access_token: SecretString,
    refresh_token: Option<SecretString>,
    expires_in: Option<u64>,
    #[serde(default)]
    scope: String,
}

impl OAuthClient {
    /// Exchanges the code that came to the callback. A code counts once.
    #[tracing::instrument(name = "oauth.exchange", skip_all)]
    pub async fn exchange(
        &self,
        code: &SecretString,
        redirect_uri: &Url,
        verifier: &SecretString,
    ) -> Result<TokenPair, OAuthError> {
        let body = json!({
            "grant_type": "authorization_code",
            "client_id": self.config.client_id,
            "client_secret": self.config.client_secret.expose_secret(),
            "code": code.expose_secret(),
            "redirect_uri": redirect_uri.as_str(),
            "code_verifier": verifier.expose_secret(),
        });
        self.tokens(&body, &[code, verifier]).await
    }

    /// Renews a pair. Until the answer is stored, the same token may be sent again.
    #[tracing::instrument(name = "oauth.refresh", skip_all)]
    pub async fn refresh(&self, refresh_token: &SecretString) -> Result<TokenPair, OAuthError> {
        let body = json!({
            "grant_type": "refresh_token",
            "client_id": self.config.client_id,
            "client_secret": self.config.client_secret.expose_secret(),
            "refresh_token": refresh_token.expose_secret(),
        });
        self.tokens(&body, &[refresh_token]).await
    }

    async fn tokens(
        &self,
        body: &Value,
        secrets: &[&SecretString],
    ) -> Result<TokenPair, OAuthError> {
        let request = self.http.post(self.auth(&["oauth", "token"])).json(body);
        let secrets = [secrets, &[&self.config.client_secret]].concat();
        let answer: Answer = answer::json(request, Asked::ForTokens, &secrets).await?;
        let tokens = [Some(&answer.access_token), answer.refresh_token.as_ref()];
        if !tokens.into_iter().flatten().all(is_token) {
            return Err(OAuthError::unavailable(
                "Atlassian's accounts sent something that is no token",
            ));
        }
        Ok(TokenPair {
            access_token: answer.access_token,
            refresh_token: answer.refresh_token,
            expires_in: Duration::from_secs(
                answer.expires_in.unwrap_or(USUAL_LIFE).min(LONGEST_LIFE),
            ),
            scopes: answer.scope.split_whitespace().map(str::to_owned).collect(),
        })
    }
}

/// Whether a text can travel in a header.
fn is_token(token: &SecretString) -> bool {
    let text = token.expose_secret();
    (1..=LONGEST_TOKEN).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}
