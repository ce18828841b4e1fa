//! The connection to Slack's Web API.
//!
//! Sends one request per call and reads one bounded answer. It does not retry, pace or follow
//! redirects: whether an unclear outcome may be tried again is the caller's decision. The methods
//! themselves are in [`crate::api`], one file each.

mod answer;
mod error;
pub(crate) mod http;
mod observed;
mod sentences;
mod token;

use std::fmt;

use maro_core::calls::Observer;
use reqwest::RequestBuilder;
use reqwest::header::CONTENT_TYPE;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Serialize, de::DeserializeOwned};
use url::Url;

pub(crate) use answer::{Received, classify};
pub use error::{SlackError, UnknownCause};
pub(crate) use observed::observe;
pub use token::{PendingToken, RotatingToken, TokenError};

/// Where Slack's Web API lives.
pub const DEFAULT_API_URL: &str = "https://slack.com/api/";

/// What is needed to talk to one workspace.
#[derive(Debug, Clone)]
pub struct SlackConfig {
    /// The address that method names are appended to; [`DEFAULT_API_URL`] except in tests.
    pub api_url: Url,
    /// The bot token (`xoxb-…`).
    pub bot_token: SecretString,
}

impl SlackConfig {
    /// Talks to the real Slack with `bot_token`.
    #[must_use]
    pub fn new(bot_token: SecretString) -> Self {
        let api_url = Url::parse(DEFAULT_API_URL).expect("the address is a constant");
        Self { api_url, bot_token }
    }
}

/// A client for one workspace. Cheap to clone.
#[derive(Clone)]
pub struct SlackClient {
    http: reqwest::Client,
    api_url: Url,
    token: Token,
    observer: Observer,
}

#[derive(Clone)]
enum Token {
    Fixed(SecretString),
    Rotating(RotatingToken),
}

impl SlackClient {
    /// Makes a client; nothing is sent yet.
    pub fn new(config: SlackConfig) -> Result<Self, SlackError> {
        Self::build(config.api_url, Token::Fixed(config.bot_token))
    }

    /// Makes a client whose token is replaced from time to time; nothing is sent yet.
    pub fn with_rotating_token(api_url: Url, token: RotatingToken) -> Result<Self, SlackError> {
        Self::build(api_url, Token::Rotating(token))
    }

    fn build(mut api_url: Url, token: Token) -> Result<Self, SlackError> {
        if !api_url.path().ends_with('/') {
            // Without the slash, joining a method name would replace the last segment.
            let path = format!("{}/", api_url.path());
            api_url.set_path(&path);
        }
        let http = http::build(&api_url).map_err(SlackError::not_sent)?;
        Ok(Self {
            http,
            api_url,
            token,
            observer: Observer::default(),
        })
    }

    /// The address that method names are appended to.
    #[must_use]
    pub fn api_url(&self) -> &Url {
        &self.api_url
    }

    /// Calls a method with a JSON body, which Slack takes for everything that writes.
    pub(crate) async fn call_json<T: DeserializeOwned>(
        &self,
        method: &'static str,
        body: &(impl Serialize + Sync),
    ) -> Result<T, SlackError> {
        let body = serde_json::to_vec(body).map_err(|_| SlackError::Unsendable)?;
        // Without the charset Slack adds a warning to every answer.
        let request = |request: RequestBuilder| {
            request
                .header(CONTENT_TYPE, "application/json; charset=utf-8")
                .body(body.clone())
        };
        let call = async { self.exchange(method, request).await?.decode() };
        self.observe(method, call).await
    }

    /// Calls a method with form fields: the reading methods take no JSON.
    pub(crate) async fn call_form<T: DeserializeOwned>(
        &self,
        method: &'static str,
        fields: &[(&str, &str)],
    ) -> Result<T, SlackError> {
        let call = async { self.receive_form(method, fields).await?.decode() };
        self.observe(method, call).await
    }

    /// Like [`Self::call_form`], for callers that need the headers as well, and observe the call.
    pub(crate) async fn receive_form(
        &self,
        method: &'static str,
        fields: &[(&str, &str)],
    ) -> Result<Received, SlackError> {
        self.exchange(method, |request| request.form(fields)).await
    }

    /// Posts JSON to an address outside the API, without the token. The caller observes the call.
    pub(crate) async fn post_outside(
        &self,
        url: Url,
        body: &(impl Serialize + Sync),
    ) -> Result<Received, SlackError> {
        http::exchange(self.http.post(url).json(body)).await
    }

    /// The HTTP client, for what is no call of the Web API.
    pub(crate) fn http(&self) -> &reqwest::Client {
        &self.http
    }

    /// Sends a request with the token. With one that rotates, a request that Slack did not even look
    /// at because the token had expired is sent once more, with the next one.
    async fn exchange(
        &self,
        method: &str,
        fill: impl Fn(RequestBuilder) -> RequestBuilder + Send + Sync,
    ) -> Result<Received, SlackError> {
        let rotating = match &self.token {
            Token::Fixed(token) => return http::exchange(fill(self.request(method, token))).await,
            Token::Rotating(rotating) => rotating,
        };
        let token = rotating.current().await?;
        let received = http::exchange(fill(self.request(method, &token))).await?;
        if !received.says_token_expired() {
            return Ok(received);
        }
        let token = rotating.after(token).await?;
        http::exchange(fill(self.request(method, &token))).await
    }

    fn request(&self, method: &str, token: &SecretString) -> RequestBuilder {
        let url = self
            .api_url
            .join(method)
            .expect("method names are valid path segments");
        self.http.post(url).bearer_auth(token.expose_secret())
    }
}

impl fmt::Debug for SlackClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SlackClient")
            .field("api_url", &self.api_url.as_str())
            .finish_non_exhaustive()
    }
}
