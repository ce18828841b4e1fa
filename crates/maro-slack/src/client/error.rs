//! Why a call to Slack failed, in the terms its callers act on.

use std::time::Duration;

use super::sentences;

/// Why a call to Slack failed.
#[derive(Debug, thiserror::Error)]
pub enum SlackError {
    /// Slack was not reached: name resolution, connection or TLS failed. Sending again is safe.
    #[error("could not reach Slack")]
    NotSent(#[source] reqwest::Error),
    /// Slack may or may not have done it. Look before sending a message again.
    #[error("the outcome of the call to Slack is unknown")]
    OutcomeUnknown(#[source] UnknownCause),
    /// Slack did nothing and says when to come back.
    #[error("Slack is rate limiting us")]
    RateLimited {
        /// How long to wait.
        retry_after: Duration,
    },
    /// Slack refused.
    #[error("Slack refused the call: {error}")]
    Api {
        /// Slack's own code, or `http_NNN` when the answer carried none.
        error: String,
        /// What Slack adds to it: the block that is wrong, the scope that is missing.
        detail: Vec<String>,
    },
    /// The token is wrong, expired or revoked.
    #[error("Slack rejected the token: {error}")]
    Unauthorized {
        /// Slack's own code.
        error: String,
    },
    /// The token could not be replaced now. Nothing was sent.
    #[error("there is no token for Slack now: {reason}")]
    NoToken {
        /// Why, without secrets.
        reason: String,
    },
    /// A response address that is not Slack's. Nothing was sent.
    #[error("the response address does not belong to Slack")]
    ForeignAddress,
    /// The request could not be written as JSON. Nothing was sent.
    #[error("the request could not be written")]
    Unsendable,
}

/// Why it is not known whether Slack did what was asked.
#[derive(Debug, thiserror::Error)]
pub enum UnknownCause {
    /// No answer in time.
    #[error("no answer in time")]
    TimedOut,
    /// The connection broke after sending had begun.
    #[error("the connection broke")]
    ConnectionLost(#[source] reqwest::Error),
    /// An error on Slack's side, which may come after the work was done.
    #[error("Slack answered with status {0}")]
    ServerError(u16),
    /// Slack's own code for "something broke on our side, perhaps half-way".
    #[error("Slack answered {0}")]
    SlackFault(String),
    /// The answer said neither yes nor no.
    #[error("the answer could not be read")]
    Unreadable(#[source] serde_path_to_error::Error<serde_json::Error>),
    /// The answer was larger than any real one.
    #[error("the answer was too large")]
    TooLarge,
}

impl UnknownCause {
    /// Sorts a transport error that came after sending had begun.
    pub(super) fn from_transport(error: reqwest::Error) -> Self {
        if error.is_timeout() {
            Self::TimedOut
        } else {
            Self::ConnectionLost(error.without_url())
        }
    }
}

/// Codes that say "not this time": the same call may work later.
const TEMPORARY: [&str; 5] = [
    "request_timeout",
    "team_added_to_org",
    "http_408",
    "http_425",
    "http_409",
];

impl SlackError {
    /// Response addresses are secrets, so no error keeps its URL.
    pub(crate) fn not_sent(error: reqwest::Error) -> Self {
        Self::NotSent(error.without_url())
    }

    /// Whether the same call cannot work until somebody changes something.
    #[must_use]
    pub fn is_permanent(&self) -> bool {
        match self {
            Self::NotSent(_)
            | Self::OutcomeUnknown(_)
            | Self::RateLimited { .. }
            | Self::NoToken { .. } => false,
            Self::Api { error, .. } => !TEMPORARY.contains(&error.as_str()),
            Self::Unauthorized { .. } | Self::ForeignAddress | Self::Unsendable => true,
        }
    }

    /// A stable word for logs and counters: Slack's own code where there is one.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::NotSent(_) => "not_sent",
            Self::OutcomeUnknown(_) => "outcome_unknown",
            Self::RateLimited { .. } => "rate_limited",
            Self::Api { error, .. } | Self::Unauthorized { error } => error,
            Self::NoToken { .. } => "no_token",
            Self::ForeignAddress => "foreign_address",
            Self::Unsendable => "unsendable",
        }
    }

    /// What happened and what to do next, for people.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::NotSent(_) => "Slack could not be reached and nothing was sent. \
                Check this server's network and proxy settings, then try again."
                .to_owned(),
            Self::OutcomeUnknown(cause) => format!(
                "Slack may or may not have done it ({cause}). \
                Look in the channel before you send it again."
            ),
            Self::RateLimited { retry_after } => format!(
                "Slack asked Maro to wait {} s before the next call. Try again then.",
                retry_after.as_secs().max(1)
            ),
            Self::Api { error, detail } => sentences::refusal(error, detail),
            Self::Unauthorized { error } => sentences::unauthorized(error),
            Self::NoToken { reason } => {
                format!("The token for Slack could not be renewed, so nothing was sent: {reason}.")
            }
            Self::ForeignAddress => "That address is not Slack's, so nothing was sent. \
                Check SLACK_API_URL and SLACK_WEBHOOK_URL."
                .to_owned(),
            Self::Unsendable => "The message could not be written, so nothing was sent. \
                Report this with the log of this moment."
                .to_owned(),
        }
    }
}
