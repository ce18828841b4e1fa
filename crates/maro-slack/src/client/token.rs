//! The token of a workspace: one that stays, or one that is replaced every twelve hours.
//!
//! Tokens that rotate come from a function of the caller, who refreshes and stores them, for one
//! instance or many. This module only asks for the current token, and for another one after Slack
//! said that it had expired.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;

use super::SlackError;

/// What a token's source will say, some time.
pub type PendingToken = Pin<Box<dyn Future<Output = Result<SecretString, TokenError>> + Send>>;

/// Where the tokens of a workspace come from. Cloning is cheap.
#[derive(Clone)]
pub struct RotatingToken(Arc<dyn Fn(Option<SecretString>) -> PendingToken + Send + Sync>);

impl RotatingToken {
    /// A source. The function gets the token that has just expired, or nothing when any current
    /// token will do; it returns one that is not the expired one, or says why it cannot.
    pub fn new(
        source: impl Fn(Option<SecretString>) -> PendingToken + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(source))
    }

    pub(super) async fn current(&self) -> Result<SecretString, SlackError> {
        Ok((self.0)(None).await?)
    }

    pub(super) async fn after(&self, expired: SecretString) -> Result<SecretString, SlackError> {
        Ok((self.0)(Some(expired)).await?)
    }
}

impl fmt::Debug for RotatingToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RotatingToken")
    }
}

/// Why there is no token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// The installation is over; somebody has to install the app again.
    #[error("the app is not installed in this workspace any more")]
    Ended,
    /// The token could not be replaced now; it may work later.
    #[error("{reason}")]
    Unavailable {
        /// Why, without secrets.
        reason: String,
        /// How long to wait, if Slack said so.
        retry_after: Option<Duration>,
    },
}

impl From<TokenError> for SlackError {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Ended => Self::Unauthorized {
                error: "token_expired".to_owned(),
            },
            TokenError::Unavailable {
                retry_after: Some(retry_after),
                ..
            } => Self::RateLimited { retry_after },
            TokenError::Unavailable { reason, .. } => Self::NoToken { reason },
        }
    }
}
