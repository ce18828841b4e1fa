//! The Jira REST client, one file per call: version 3 on Cloud, version 2 on Server and Data Center.
//!
//! Calls are single: no retry, no cache, no pacing (only that a used-up quota ends all calls until it begins
//! anew). What may be repeated is the runner's decision.
//! [`JiraClient::create_issue`] speaks of outcomes ([`CreateError`]), all other calls of answers ([`JiraError`]).
//!
//! **Invariant:** no redirect is followed; where credentials may go is `crate::http`'s matter.

mod add_comment;
mod assign;
mod can_create_issues;
mod create_fields;
mod create_issue;
mod create_issue_types;
mod error;
mod issue;
mod issues_by_id;
mod myself;
mod pages;
mod priorities;
mod projects;
mod search_jql;
mod server_info;
mod set_property;
mod set_remote_link;
mod take_step;
mod transition_to;
mod transitions;
mod update_issue;
mod webhooks;

use std::fmt;
use std::time::Duration;

use maro_core::calls::Observer;
use maro_core::issue_key::IssueKey;
use reqwest::RequestBuilder;
use secrecy::SecretString;
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::Url;

pub use add_comment::CreatedComment;
pub use create_fields::{AllowedValue, CreateField, FieldSchema};
pub use create_issue::{CREATE_TIMEOUT, CreatedIssue};
pub use create_issue_types::CreateIssueType;
pub use error::{CreateError, JiraError, Written};
pub use issue::{CARD_FIELDS, Issue, Status, StatusCategory};
pub use issues_by_id::MOST_BY_ID;
pub use myself::Account;
pub use priorities::Priority;
pub use projects::Project;
pub use search_jql::JqlSearch;
pub use server_info::ServerInfo;
pub use transitions::Transition;
pub use webhooks::{DynamicWebhook, NewWebhook};

use crate::credentials::{Credentials, Flavor};
pub use crate::http::once::UnknownReason;
use crate::http::{Connection, below, checked};
pub use crate::http::{LimitScope, RateLimit, Refusal};
use crate::markdown;
use crate::observed;
use crate::outbound::Outbound;

/// How to reach one Jira site.
#[derive(Debug, Clone)]
pub struct JiraConfig {
    /// Below which address the API is: the site itself (it may have a path), or the gateway's
    /// `https://api.atlassian.com/ex/jira/{cloudId}`.
    pub url: Url,
    /// The address of the site, for links that people open.
    pub site: Url,
    /// Which kind of Jira it is.
    pub flavor: Flavor,
    /// How requests prove who they are.
    pub credentials: Credentials,
    /// How long a call other than a create may take.
    pub timeout: Duration,
    /// Whether the address was typed, and so must be public.
    pub outbound: Outbound,
}

impl JiraConfig {
    /// A Cloud site that is reached directly, with the usual time-out.
    #[must_use]
    pub fn new(site: Url, credentials: Credentials) -> Self {
        Self {
            url: site.clone(),
            site,
            flavor: Flavor::Cloud,
            credentials,
            timeout: Duration::from_secs(10),
            outbound: Outbound::Trusted,
        }
    }

    /// A Cloud site, with an account and its API token.
    #[must_use]
    pub fn basic(site: Url, username: String, api_token: SecretString) -> Self {
        let credentials = Credentials::Basic {
            username,
            api_token,
        };
        Self::new(site, credentials)
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
    connection: Connection,
    site: Url,
    flavor: Flavor,
}

impl fmt::Debug for JiraClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JiraClient")
            .field("base", &self.connection.base().as_str())
            .finish_non_exhaustive()
    }
}

impl JiraClient {
    /// A client for the site of `config`. Nothing is sent yet.
    pub fn new(config: JiraConfig) -> Result<Self, ConfigError> {
        let base = checked(config.url).map_err(ConfigError::Address)?;
        let site = checked(config.site).map_err(ConfigError::Address)?;
        let connection = Connection::new(
            base,
            config.credentials,
            config.timeout,
            CREATE_TIMEOUT,
            &config.outbound,
        )
        .map_err(ConfigError::Client)?;
        Ok(Self {
            connection,
            site,
            flavor: config.flavor,
        })
    }

    /// Tells `observer` about every call from now on.
    #[must_use]
    pub fn observed_by(mut self, observer: Observer) -> Self {
        self.connection.observer = observer;
        self
    }

    /// The address of the site.
    #[must_use]
    pub fn site(&self) -> &Url {
        &self.site
    }

    /// Which kind of Jira it is.
    #[must_use]
    pub fn flavor(&self) -> Flavor {
        self.flavor
    }

    /// The page of an issue, for people. Never Jira's own `self`, which leads to the API.
    #[must_use]
    pub fn browse_url(&self, key: &str) -> Url {
        below(&self.site, &["browse", key])
    }

    /// Markdown as this Jira takes it in descriptions and comments.
    #[must_use]
    pub fn text(&self, markdown: &str) -> Value {
        markdown::to_body(self.flavor, markdown)
    }

    /// The address of an endpoint; each segment is percent-encoded.
    fn endpoint(&self, segments: &[&str]) -> Url {
        let version = match self.flavor {
            Flavor::Cloud => "3",
            Flavor::DataCenter => "2",
        };
        self.connection
            .address(&[&["rest", "api", version], segments].concat())
    }

    fn get(&self, segments: &[&str]) -> RequestBuilder {
        self.connection.reads.get(self.endpoint(segments))
    }

    fn post(&self, segments: &[&str]) -> RequestBuilder {
        self.connection.reads.post(self.endpoint(segments))
    }

    fn put(&self, segments: &[&str]) -> RequestBuilder {
        self.connection.reads.put(self.endpoint(segments))
    }

    /// Sends a request that may be repeated and reads its JSON; `what` names the answer in errors.
    async fn json<T: DeserializeOwned>(
        &self,
        what: &'static str,
        request: RequestBuilder,
    ) -> Result<T, JiraError> {
        observed::json(&self.connection, what, request).await
    }

    /// Sends a request that may be repeated and reads past its answer.
    async fn done(&self, what: &'static str, request: RequestBuilder) -> Result<(), JiraError> {
        observed::done(&self.connection, what, request).await
    }
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
        JiraClient::new(JiraConfig::basic(
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
