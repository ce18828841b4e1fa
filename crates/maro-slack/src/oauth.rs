//! OAuth: installing the app in a workspace, and replacing tokens that expire.
//!
//! The client sends one request per call and never retries: a refresh token is good for one use, so
//! whether it may be tried again is the caller's decision.
//!
//! See <https://docs.slack.dev/authentication/installing-with-oauth> and
//! <https://docs.slack.dev/authentication/using-token-rotation>.

use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use url::Url;

use crate::SlackError;
use crate::client::http;
use crate::scopes::requested;

/// What a token may say of its life; Slack's own is twelve hours.
const LONGEST_LIFE: u64 = 10 * 365 * 24 * 3600;

/// The app as an OAuth client.
#[derive(Debug, Clone)]
pub struct OAuthConfig {
    /// The address of the Web API; the consent page is beside it.
    pub api_url: Url,
    /// The app's public id.
    pub client_id: String,
    /// The app's secret.
    pub client_secret: SecretString,
}

/// Talks to Slack as the app itself.
#[derive(Debug, Clone)]
pub struct OAuthClient {
    http: reqwest::Client,
    config: OAuthConfig,
}

/// What a workspace granted.
#[derive(Debug, Clone)]
pub struct Granted {
    /// The app's id.
    pub app_id: String,
    /// The workspace; absent when the app was installed for a whole organisation.
    pub team: Option<Named>,
    /// The organisation, on Enterprise Grid.
    pub enterprise: Option<Named>,
    /// The bot's user in the workspace.
    pub bot_user_id: String,
    /// What the token may do.
    pub scopes: Vec<String>,
    /// The bot's token and what replaces it.
    pub tokens: Tokens,
}

/// A token, and what the next one is asked for with.
#[derive(Debug, Clone)]
pub struct Tokens {
    /// The bot's token.
    pub access_token: SecretString,
    /// Good for one use; absent where tokens do not expire.
    pub refresh_token: Option<SecretString>,
    /// How long the token is good.
    pub expires_in: Option<Duration>,
}

/// A workspace or an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Named {
    /// Its id.
    pub id: String,
    /// What people call it.
    #[serde(default)]
    pub name: String,
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    app_id: String,
    team: Option<Named>,
    enterprise: Option<Named>,
    #[serde(default)]
    bot_user_id: String,
    #[serde(default)]
    scope: String,
    access_token: SecretString,
    refresh_token: Option<SecretString>,
    expires_in: Option<u64>,
}

impl OAuthClient {
    /// Makes a client; nothing is sent yet.
    pub fn new(config: OAuthConfig) -> Result<Self, SlackError> {
        let mut config = config;
        if !config.api_url.path().ends_with('/') {
            let path = format!("{}/", config.api_url.path());
            config.api_url.set_path(&path);
        }
        let http = http::build(&config.api_url).map_err(SlackError::not_sent)?;
        Ok(Self { http, config })
    }

    /// Where a person consents. It asks for [`crate::scopes::BOT_SCOPES`].
    #[must_use]
    pub fn authorize_url(&self, redirect_uri: &Url, state: &str) -> Url {
        let mut url = self
            .config
            .api_url
            .join("../oauth/v2/authorize")
            .expect("a relative path joins");
        url.query_pairs_mut()
            .append_pair("client_id", &self.config.client_id)
            .append_pair("scope", &requested())
            .append_pair("state", state)
            .append_pair("redirect_uri", redirect_uri.as_str());
        url
    }

    /// Exchanges the code that a person brought back. The address must be the one of the consent.
    pub async fn exchange(
        &self,
        code: &SecretString,
        redirect_uri: &Url,
    ) -> Result<Granted, SlackError> {
        let answer = self
            .access(&[
                ("code", code.expose_secret()),
                ("redirect_uri", redirect_uri.as_str()),
            ])
            .await?;
        Ok(answer.into())
    }

    /// Exchanges a refresh token for the next pair.
    pub async fn refresh(&self, refresh_token: &SecretString) -> Result<Tokens, SlackError> {
        let answer = self
            .access(&[
                ("grant_type", "refresh_token"),
                ("refresh_token", refresh_token.expose_secret()),
            ])
            .await?;
        Ok(Granted::from(answer).tokens)
    }

    async fn access(&self, fields: &[(&str, &str)]) -> Result<Answer, SlackError> {
        let url = self
            .config
            .api_url
            .join("oauth.v2.access")
            .expect("method names are valid path segments");
        let OAuthConfig {
            client_id,
            client_secret,
            ..
        } = &self.config;
        let request = self
            .http
            .post(url)
            .basic_auth(client_id, Some(client_secret.expose_secret()))
            .form(fields);
        http::exchange(request).await?.decode()
    }
}

impl From<Answer> for Granted {
    fn from(answer: Answer) -> Self {
        let scopes = answer.scope.split(',').map(str::trim);
        Self {
            app_id: answer.app_id,
            team: answer.team,
            enterprise: answer.enterprise,
            bot_user_id: answer.bot_user_id,
            scopes: scopes
                .filter(|scope| !scope.is_empty())
                .map(str::to_owned)
                .collect(),
            tokens: Tokens {
                access_token: answer.access_token,
                refresh_token: answer.refresh_token,
                expires_in: answer
                    .expires_in
                    .map(|seconds| Duration::from_secs(seconds.min(LONGEST_LIFE))),
            },
        }
    }
}

/// Whether Slack's word says that a refresh token is of no use any more, and not only now.
#[must_use]
pub fn is_over(error: &SlackError) -> bool {
    match error {
        SlackError::Unauthorized { error } => error != "invalid_auth",
        SlackError::Api { error, .. } => {
            matches!(error.as_str(), "invalid_refresh_token" | "invalid_grant")
        }
        _ => false,
    }
}
