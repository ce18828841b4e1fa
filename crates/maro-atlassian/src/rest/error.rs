//! What went wrong, in the terms that callers act on.
//!
//! [`CreateError`] has one variant per edge of the ledger's SENDING state. [`JiraError`] is for
//! calls that may be repeated, where it only matters whether and when repeating helps.

use std::fmt;
use std::time::Duration;

use super::{RateLimit, Refusal};

/// Why there is no certain new issue after a create.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    /// Nothing was sent: the name look-up, the connection or TLS failed. It may be sent later.
    #[error("Jira could not be reached, nothing was sent")]
    NotSent(#[source] reqwest::Error),
    /// The way to Jira is not open at the moment: nothing was sent. It may be sent later.
    #[error("{what}; nothing was sent")]
    NotReady {
        /// What is missing, in a few words.
        what: String,
        /// How long to wait, if that is known.
        retry_after: Option<Duration>,
    },
    /// Jira did not accept the credentials; nothing was created.
    #[error("Jira did not accept Maro's credentials")]
    Unauthorized,
    /// Jira took too many requests; nothing was created. It may be sent later.
    #[error("Jira is limiting the rate of requests")]
    RateLimited(RateLimit),
    /// Jira refused definitely; nothing was created.
    #[error("Jira refused the request: {0}")]
    Rejected(Refusal),
    /// The issue may or may not exist, now or soon. It must not be sent again by machine.
    #[error("it is not known whether Jira created the issue: {reason}")]
    OutcomeUnknown {
        /// What we saw.
        reason: UnknownReason,
        /// What the HTTP client says, if it says something.
        #[source]
        source: Option<reqwest::Error>,
    },
}

impl CreateError {
    pub(crate) fn unknown(reason: UnknownReason) -> Self {
        Self::OutcomeUnknown {
            reason,
            source: None,
        }
    }

    /// What to do next, for the person who approved.
    #[must_use]
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::NotSent(_) => {
                "Maro tries again by itself. If it goes on, check the Jira address and the network."
            }
            Self::NotReady { .. } => NOT_READY_STEP,
            Self::Unauthorized => UNAUTHORIZED_STEP,
            Self::RateLimited(_) => "Maro tries again by itself when Jira allows it.",
            Self::Rejected(refusal) => rejected_step(refusal),
            Self::OutcomeUnknown { .. } => {
                "Maro looks for the issue in Jira and does not send it again by itself."
            }
        }
    }
}

/// Why the outcome of a create is unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnknownReason {
    /// No answer came in time.
    TimedOut,
    /// The connection broke after writing had begun.
    ConnectionLost,
    /// The answer's body was cut, too long or not what Jira sends.
    UnreadableAnswer,
    /// A status that says neither yes nor no.
    Status(u16),
    /// The server in between reported a failure that does not say whether Jira has the issue.
    Said(String),
}

impl fmt::Display for UnknownReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TimedOut => f.write_str("no answer came in time"),
            Self::ConnectionLost => f.write_str("the connection broke"),
            Self::UnreadableAnswer => f.write_str("the answer could not be read"),
            Self::Status(status) => write!(f, "Jira answered with HTTP {status}"),
            Self::Said(text) => write!(f, "the MCP server answered: {text}"),
        }
    }
}

/// Why a call other than a create failed.
#[derive(Debug, thiserror::Error)]
pub enum JiraError {
    /// Jira did not accept the credentials.
    #[error("Jira did not accept Maro's credentials")]
    Unauthorized,
    /// The account may not do this.
    #[error("Maro's Jira account may not do this: {0}")]
    Forbidden(Refusal),
    /// There is no such thing, or the account may not see it; Jira does not tell these apart.
    #[error("not found in Jira, or Maro's account may not see it")]
    NotFound,
    /// The endpoint does not exist any more.
    #[error("Jira no longer offers this call")]
    Gone,
    /// The request is larger than Jira takes.
    #[error("the request is larger than Jira accepts")]
    TooLarge,
    /// Jira refused for another reason.
    #[error("Jira refused the request: {0}")]
    Rejected(Refusal),
    /// Jira took too many requests.
    #[error("Jira is limiting the rate of requests")]
    RateLimited(RateLimit),
    /// No connection came about.
    #[error("Jira could not be reached")]
    NotSent(#[source] reqwest::Error),
    /// The way to Jira is not open at the moment.
    #[error("{what}")]
    NotReady {
        /// What is missing, in a few words.
        what: String,
        /// How long to wait, if that is known.
        retry_after: Option<Duration>,
    },
    /// Jira did not answer, or not usefully; it may do so later.
    #[error("Jira is not available at the moment")]
    Unavailable {
        /// The status, if there was one.
        status: Option<u16>,
        /// How long to wait, if Jira says so.
        retry_after: Option<Duration>,
        /// What the HTTP client says, if it says something.
        #[source]
        source: Option<reqwest::Error>,
    },
    /// Jira's answer has another form than the one we know.
    #[error("Jira's answer was not understood: {what}")]
    UnexpectedAnswer {
        /// Which part of which answer.
        what: String,
    },
}

impl JiraError {
    /// Whether the same call may succeed later without anybody doing something.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(
            self,
            Self::RateLimited(_)
                | Self::NotSent(_)
                | Self::NotReady { .. }
                | Self::Unavailable { .. }
        )
    }

    /// How long Jira asks us to wait.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::RateLimited(limit) => limit.retry_after,
            Self::Unavailable { retry_after, .. } | Self::NotReady { retry_after, .. } => {
                *retry_after
            }
            _ => None,
        }
    }

    /// What to do next, for the person who asked.
    #[must_use]
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::Unauthorized => UNAUTHORIZED_STEP,
            Self::Forbidden(_) => FORBIDDEN_STEP,
            Self::NotFound => "Check the key, and that Maro's Jira account may see the project.",
            Self::Gone => "Update Maro.",
            Self::TooLarge => "Shorten the text and try again.",
            Self::Rejected(refusal) => rejected_step(refusal),
            Self::RateLimited(_) => "Try again in a minute.",
            Self::NotSent(_) => "Check the Jira address and the network, then try again.",
            Self::NotReady { .. } => NOT_READY_STEP,
            Self::Unavailable { .. } => "Try again in a few minutes.",
            Self::UnexpectedAnswer { .. } => {
                "Check that the Jira address leads to Jira and not to a sign-in page."
            }
        }
    }
}

const UNAUTHORIZED_STEP: &str = "Ask an administrator to check Maro's Jira account and API token.";
const NOT_READY_STEP: &str =
    "Maro goes on by itself when it is. If it does not, look at the connections page.";
const FORBIDDEN_STEP: &str = "Ask a Jira administrator to give Maro's account the permission.";

fn rejected_step(refusal: &Refusal) -> &'static str {
    match refusal.status {
        300..=399 => "Ask an administrator to correct the Jira address.",
        _ if refusal.hint.is_some() => "Ask an administrator to check the way from Maro to Jira.",
        403 => FORBIDDEN_STEP,
        404 => "Check that the project exists and that Maro's Jira account may see it.",
        413 => "Shorten the text and approve again.",
        _ => "Edit the draft and approve again.",
    }
}

/// Whether the HTTP client proves that no byte of the request was written.
pub(super) fn is_not_sent(err: &reqwest::Error) -> bool {
    // True for the name look-up, the connection, a proxy's tunnel and TLS, time-outs of these
    // included: the request is handed to a connection only after all of them have succeeded.
    err.is_connect() || err.is_builder()
}
