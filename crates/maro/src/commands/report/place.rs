//! Where the running Maro is, and how we show that we may report.

use std::time::Duration;

use anyhow::Context as _;
use reqwest::{Client, RequestBuilder};
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use crate::cli::ReportPlace;
use crate::config::reporting;

/// An upload of 100 MB over a slow line.
const WHOLE_TIME: Duration = Duration::from_mins(10);

/// A running Maro.
pub(super) struct Place {
    url: Url,
    token: SecretString,
    http: Client,
}

impl Place {
    /// From the command line, else from the environment.
    pub(super) fn find(given: ReportPlace) -> anyhow::Result<Self> {
        let (known_url, known_token) = reporting()?;
        let mut url = given
            .url
            .or(known_url)
            .context("say where Maro is: --url, or MARO_URL")?;
        if !url.path().ends_with('/') {
            url.set_path(&format!("{}/", url.path()));
        }
        let given_token = given.token.map(SecretString::from);
        let token = given_token.or(known_token).context(
            "a token with the scope findings:write is needed: --token, or MARO_API_TOKEN",
        )?;
        Ok(Self {
            url,
            token,
            http: maro_atlassian::client::repeatable(WHOLE_TIME).context("no client for HTTP")?,
        })
    }

    /// A request to the API.
    pub(super) fn post(&self, path: &str) -> anyhow::Result<RequestBuilder> {
        let url = self.url.join(path).context("the address is not valid")?;
        let request = self.http.post(url);
        Ok(request.bearer_auth(self.token.expose_secret()))
    }
}
