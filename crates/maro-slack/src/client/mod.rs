//! The connection to Slack's Web API.
//!
//! Sends one request per call and reads one bounded answer. It does not retry, pace or follow
//! redirects: whether an unclear outcome may be tried again is the caller's decision. The methods
//! themselves are in [`crate::api`], one file each.

mod answer;
mod error;
mod http;
mod observed;
mod sentences;

use std::fmt;

use maro_core::calls::Observer;
use reqwest::header::CONTENT_TYPE;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Serialize, de::DeserializeOwned};
use url::Url;

pub(crate) use answer::{Received, classify};
pub use error::{SlackError, UnknownCause};

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
    bot_token: SecretString,
    observer: Observer,
}

impl SlackClient {
    /// Makes a client; nothing is sent yet.
    pub fn new(config: SlackConfig) -> Result<Self, SlackError> {
        let mut api_url = config.api_url;
        if !api_url.path().ends_with('/') {
            // Without the slash, joining a method name would replace the last segment.
            let path = format!("{}/", api_url.path());
            api_url.set_path(&path);
        }
        let http = http::build(&api_url).map_err(SlackError::not_sent)?;
        Ok(Self {
            http,
            api_url,
            bot_token: config.bot_token,
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
        let request = self
            .request(method)
            .header(CONTENT_TYPE, "application/json; charset=utf-8")
            .body(body);
        self.observe(method, async { http::exchange(request).await?.decode() })
            .await
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
        http::exchange(self.request(method).form(fields)).await
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

    fn request(&self, method: &str) -> reqwest::RequestBuilder {
        let url = self
            .api_url
            .join(method)
            .expect("method names are valid path segments");
        self.http
            .post(url)
            .bearer_auth(self.bot_token.expose_secret())
    }
}

impl fmt::Debug for SlackClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SlackClient")
            .field("api_url", &self.api_url.as_str())
            .finish_non_exhaustive()
    }
}
