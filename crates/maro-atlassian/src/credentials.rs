//! How Maro proves to Atlassian who it is, and which kind of Atlassian stands at the other end.
//!
//! A grant's access tokens come from a function of the caller: it refreshes and stores them, for one
//! instance or many. This module only asks for the current token, and for another one after a 401.
//!
//! **Invariant:** nothing here shows a secret, not even in debug output.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;

/// Which kind of Jira or Confluence it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Flavor {
    /// Atlassian's own: version 3 of the API, documents in ADF, people by account id.
    #[default]
    Cloud,
    /// Server or Data Center: version 2, wiki markup, people by user name.
    DataCenter,
}

/// How a request proves who it is.
#[derive(Clone)]
pub enum Credentials {
    /// An account and its API token (or, on old servers, its password).
    Basic {
        /// The e-mail address on Cloud, the user name elsewhere.
        username: String,
        /// The token.
        api_token: SecretString,
    },
    /// A personal token of Server or Data Center.
    Bearer(SecretString),
    /// The access tokens of an OAuth grant.
    OAuth(AccessTokens),
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Basic { .. } => "Basic",
            Self::Bearer(_) => "Bearer",
            Self::OAuth(_) => "OAuth",
        })
    }
}

/// What an access token's source will say, some time.
pub type PendingToken = Pin<Box<dyn Future<Output = Result<SecretString, TokenError>> + Send>>;

/// Where the access tokens of a grant come from. Cloning is cheap.
#[derive(Clone)]
pub struct AccessTokens(Arc<dyn Fn(Option<SecretString>) -> PendingToken + Send + Sync>);

impl AccessTokens {
    /// A source. The function gets the token that was just rejected, or nothing when any current
    /// token will do; it returns one that is not the rejected one, or says why it cannot.
    pub fn new(
        source: impl Fn(Option<SecretString>) -> PendingToken + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(source))
    }

    /// The current token.
    pub async fn current(&self) -> Result<SecretString, TokenError> {
        (self.0)(None).await
    }

    /// A token to use after `rejected` was answered with 401.
    pub async fn after_rejection(
        &self,
        rejected: SecretString,
    ) -> Result<SecretString, TokenError> {
        (self.0)(Some(rejected)).await
    }
}

impl fmt::Debug for AccessTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessTokens")
    }
}

/// Why there is no access token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// The grant is over; a person has to connect again.
    #[error("{}", crate::sentences::EXPIRED)]
    Dead,
    /// The token could not be renewed now; it may work later.
    #[error("the access token could not be renewed: {reason}")]
    Unavailable {
        /// Why, without secrets.
        reason: String,
        /// How long to wait, if the other side said so.
        retry_after: Option<Duration>,
    },
}
