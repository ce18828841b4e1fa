//! Atlassian OAuth 2.0 (3LO): the authorization address, codes and refresh tokens, and what a grant reaches.
//!
//! One file per call; each call is made once. When a token is renewed, where it is kept and who may
//! connect is the caller's matter. Written by hand: the usual crate brings a second HTTP library, and
//! the errors that matter here (a dead grant, or only a lost answer) are Atlassian's own.
//!
//! **Invariants:** codes, verifiers, tokens and the app's secret are in no error and no log line, not
//! even when Atlassian repeats them. No redirect is followed.

mod answer;
mod authorize;
mod error;
mod me;
mod scopes;
mod sites;
mod token;

use std::fmt;
use std::time::Duration;

use secrecy::SecretString;
use url::Url;

pub use authorize::{Authorization, challenge};
pub use error::OAuthError;
pub use me::Me;
pub use scopes::{ESSENTIAL, SCOPES, missing};
pub use sites::Site;
pub use token::TokenPair;

use crate::client;

/// How long one call to Atlassian's accounts may take.
pub const CALL_TIMEOUT: Duration = Duration::from_secs(8);

/// An app that is registered at developer.atlassian.com, and where Atlassian's accounts are.
#[derive(Debug, Clone)]
pub struct OAuthConfig {
    /// `https://auth.atlassian.com`.
    pub auth_url: Url,
    /// `https://api.atlassian.com`.
    pub api_url: Url,
    /// The id of the app.
    pub client_id: String,
    /// The secret of the app.
    pub client_secret: SecretString,
    /// How long one call may take.
    pub timeout: Duration,
}

/// A client for one app. Cloning is cheap.
#[derive(Clone)]
pub struct OAuthClient {
    config: OAuthConfig,
    http: reqwest::Client,
}

impl fmt::Debug for OAuthClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuthClient")
            .field("auth_url", &self.config.auth_url.as_str())
            .field("client_id", &self.config.client_id)
            .finish_non_exhaustive()
    }
}

impl OAuthClient {
    /// A client for the app of `config`. Nothing is sent yet.
    pub fn new(config: OAuthConfig) -> reqwest::Result<Self> {
        // A code counts once, and a refresh token is replaced by its use: neither may be sent again
        // by the library behind our back.
        let http = client::once(config.timeout)?;
        Ok(Self { config, http })
    }

    fn auth(&self, segments: &[&str]) -> Url {
        below(&self.config.auth_url, segments)
    }

    fn api(&self, segments: &[&str]) -> Url {
        below(&self.config.api_url, segments)
    }
}

/// The address of a site's API behind Atlassian's gateway, for example of the product `jira`.
#[must_use]
pub fn gateway(api_url: &Url, product: &str, cloud_id: &str) -> Url {
    below(api_url, &["ex", product, cloud_id])
}

fn below(base: &Url, segments: &[&str]) -> Url {
    let mut url = base.clone();
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(segments);
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gateways_are_below_the_api_and_an_id_stays_one_segment() {
        let api = Url::parse("http://127.0.0.1:1/atlassian").unwrap();
        assert_eq!(
            gateway(&api, "jira", "a/../b").as_str(),
            "http://127.0.0.1:1/atlassian/ex/jira/a%2F..%2Fb"
        );
        let api = Url::parse("https://api.atlassian.com").unwrap();
        assert_eq!(
            gateway(&api, "confluence", "8594f221").as_str(),
            "https://api.atlassian.com/ex/confluence/8594f221"
        );
    }

    #[test]
    fn debug_output_shows_no_secret() {
        let client = OAuthClient::new(OAuthConfig {
            auth_url: Url::parse("https://auth.example").unwrap(),
            api_url: Url::parse("https://api.example").unwrap(),
            client_id: "the-app".into(),
            client_secret: "very-secret".into(),
            timeout: CALL_TIMEOUT,
        });
        let shown = format!("{:?}", client.unwrap());
        assert!(!shown.contains("very-secret"), "{shown}");
    }
}
