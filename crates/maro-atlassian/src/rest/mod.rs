//! The Jira REST client (Cloud, version 3), one file per call.
//!
//! Calls are single: no retry, no cache, no pacing. What may be repeated is the runner's decision.
//! [`JiraClient::create_issue`] speaks of outcomes ([`CreateError`]), all other calls of answers ([`JiraError`]).
//!
//! **Invariant:** credentials travel in the `Authorization` header of requests below the configured
//! base address and nowhere else; no redirect is followed.

mod answer;
mod can_create_issues;
mod create_fields;
mod create_issue;
mod create_issue_types;
mod error;
mod issue;
mod myself;
mod pages;
mod priorities;
mod projects;
mod refusal;
mod retry_after;
mod search_jql;
mod server_info;
mod set_property;
mod transitions;

use std::fmt;
use std::time::Duration;

use maro_core::issue_key::IssueKey;
use reqwest::RequestBuilder;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

pub use create_fields::{AllowedValue, CreateField, FieldSchema};
pub use create_issue::{CREATE_TIMEOUT, CreatedIssue};
pub use create_issue_types::CreateIssueType;
pub use error::{CreateError, JiraError, UnknownReason};
pub use issue::{CARD_FIELDS, Issue, Status, StatusCategory};
pub use myself::Account;
pub use priorities::Priority;
pub use projects::Project;
pub use refusal::Refusal;
pub use retry_after::RateLimit;
pub use search_jql::JqlSearch;
pub use server_info::ServerInfo;
pub use transitions::Transition;

use crate::client;

/// How to reach one Jira site.
#[derive(Debug, Clone)]
pub struct JiraConfig {
    /// The address of the site; it may have a path.
    pub url: Url,
    /// The e-mail address of the account.
    pub username: String,
    /// The account's API token.
    pub api_token: SecretString,
    /// How long a call other than a create may take.
    pub timeout: Duration,
}

impl JiraConfig {
    /// A configuration with the usual time-out.
    #[must_use]
    pub fn new(url: Url, username: String, api_token: SecretString) -> Self {
        Self {
            url,
            username,
            api_token,
            timeout: Duration::from_secs(10),
        }
    }
}

/// The configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The address has a form that would go wrong.
    #[error("the Jira address {0}")]
    Address(&'static str),
    /// The HTTP client could not be built, for example because the machine has no root certificates.
    #[error("the HTTP client could not be built; are root certificates installed?")]
    Client(#[source] reqwest::Error),
}

/// A client for one Jira site and one account. Cloning is cheap.
#[derive(Clone)]
pub struct JiraClient {
    base: Url,
    username: String,
    api_token: SecretString,
    reads: reqwest::Client,
    creates: reqwest::Client,
}

impl fmt::Debug for JiraClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JiraClient")
            .field("base", &self.base.as_str())
            .finish_non_exhaustive()
    }
}

impl JiraClient {
    /// A client for the site of `config`. Nothing is sent yet.
    pub fn new(config: JiraConfig) -> Result<Self, ConfigError> {
        Ok(Self {
            base: checked(config.url)?,
            username: config.username,
            api_token: config.api_token,
            reads: client::repeatable(config.timeout).map_err(ConfigError::Client)?,
            creates: client::once(CREATE_TIMEOUT).map_err(ConfigError::Client)?,
        })
    }

    /// The address of the site.
    #[must_use]
    pub fn base_url(&self) -> &Url {
        &self.base
    }

    /// The page of an issue, for people.
    #[must_use]
    pub fn browse_url(&self, key: &str) -> Url {
        self.below_base(&["browse", key])
    }

    /// The address of an endpoint; each segment is percent-encoded.
    fn endpoint(&self, segments: &[&str]) -> Url {
        self.below_base(&[&["rest", "api", "3"], segments].concat())
    }

    fn below_base(&self, segments: &[&str]) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        url
    }

    fn get(&self, segments: &[&str]) -> RequestBuilder {
        self.authorized(self.reads.get(self.endpoint(segments)))
    }

    fn authorized(&self, request: RequestBuilder) -> RequestBuilder {
        request
            .basic_auth(&self.username, Some(self.api_token.expose_secret()))
            .header(reqwest::header::ACCEPT, "application/json")
    }
}

fn checked(mut url: Url) -> Result<Url, ConfigError> {
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err(ConfigError::Address("must begin with https:// or http://"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(ConfigError::Address(
            "must not contain a user name or a password",
        ));
    }
    url.set_query(None);
    url.set_fragment(None);
    Ok(url)
}

/// Whether `text` can name an issue: its key, or Jira's number for it.
fn is_issue_id_or_key(text: &str) -> bool {
    let is_id = !text.is_empty() && text.len() <= 20 && text.bytes().all(|b| b.is_ascii_digit());
    is_id || text.parse::<IssueKey>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(url: &str) -> Result<JiraClient, ConfigError> {
        let token = SecretString::from("very-secret");
        JiraClient::new(JiraConfig::new(
            Url::parse(url).unwrap(),
            "amira@example.com".into(),
            token,
        ))
    }

    #[test]
    fn endpoints_keep_the_path_of_the_site_and_encode_segments() {
        let cases = [
            (
                "https://x.atlassian.net",
                "https://x.atlassian.net/rest/api/3/issue/A-1",
            ),
            (
                "https://x.example/jira/",
                "https://x.example/jira/rest/api/3/issue/A-1",
            ),
            (
                "http://127.0.0.1:9/jira?a=b#c",
                "http://127.0.0.1:9/jira/rest/api/3/issue/A-1",
            ),
        ];
        for (base, endpoint) in cases {
            assert_eq!(
                client(base).unwrap().endpoint(&["issue", "A-1"]).as_str(),
                endpoint
            );
        }
        let encoded = client("https://x.example").unwrap().browse_url("../a?b/c");
        assert_eq!(encoded.as_str(), "https://x.example/browse/..%2Fa%3Fb%2Fc");
    }

    #[test]
    fn addresses_that_would_go_wrong_are_refused() {
        for url in [
            "ftp://x.example",
            "https://me:pw@x.example",
            "mailto:x@example.com",
        ] {
            assert!(client(url).is_err(), "{url}");
        }
    }

    #[test]
    fn debug_output_names_neither_account_nor_token() {
        let shown = format!("{:?}", client("https://x.example").unwrap());
        assert!(
            !shown.contains("amira") && !shown.contains("secret"),
            "{shown}"
        );
    }

    #[test]
    fn only_ids_and_keys_name_issues() {
        for (text, names) in [
            ("10001", true),
            ("SCRUM-1", true),
            ("..", false),
            ("", false),
            ("a/b", false),
        ] {
            assert_eq!(is_issue_id_or_key(text), names, "{text}");
        }
    }
}
