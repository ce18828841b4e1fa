//! Why Atlassian's accounts gave no token, in the terms that callers act on.

use std::time::Duration;

/// A call to Atlassian's accounts failed.
#[derive(Debug, thiserror::Error)]
pub enum OAuthError {
    /// The code or the refresh token is over: a person has to consent again.
    #[error("Atlassian ended this authorization: {said}")]
    Dead {
        /// What Atlassian said.
        said: String,
    },
    /// The app's id or secret is wrong. The grant itself may be good.
    #[error("Atlassian did not accept the client id or secret of the OAuth app: {said}")]
    BadClient {
        /// What Atlassian said.
        said: String,
    },
    /// Atlassian did not take the access token.
    #[error("Atlassian did not accept the access token: {said}")]
    BadToken {
        /// What Atlassian said.
        said: String,
    },
    /// There was no usable answer. It may have worked all the same; a refresh may be sent again with
    /// the same token for ten minutes.
    #[error("{reason}")]
    Unavailable {
        /// Why, without secrets.
        reason: String,
        /// How long to wait, if Atlassian says so.
        retry_after: Option<Duration>,
    },
}

impl OAuthError {
    /// What to do next, for the administrator.
    #[must_use]
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::Dead { .. } | Self::BadToken { .. } => "Authorize again.",
            Self::BadClient { .. } => {
                "Copy client id and secret again from the app's page at developer.atlassian.com \
                 (Settings) and save them."
            }
            Self::Unavailable { .. } => "Try again in a minute.",
        }
    }

    pub(super) fn unavailable(reason: impl Into<String>) -> Self {
        Self::Unavailable {
            reason: reason.into(),
            retry_after: None,
        }
    }
}
