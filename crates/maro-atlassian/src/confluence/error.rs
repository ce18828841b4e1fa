//! What went wrong with Confluence, in the terms that callers act on.

use std::time::Duration;

use crate::http::once::{OnceFailure, UnknownReason};
use crate::http::{Failure, RateLimit, Refusal};
use crate::observed::Worded;
use crate::sentences::EXPIRED;

/// Why a call that may be repeated failed.
#[derive(Debug, thiserror::Error)]
pub enum ConfluenceError {
    /// Confluence did not accept the credentials.
    #[error("Confluence did not accept Maro's credentials{}", .0.said_by("Confluence"))]
    Unauthorized(Refusal),
    /// The OAuth grant is over. Jira and Confluence share one grant, and so the sentence.
    #[error("{EXPIRED}")]
    Expired,
    /// The OAuth grant does not cover this.
    #[error("{MISSING_SCOPE}")]
    MissingScope,
    /// The way to Confluence is not open at the moment.
    #[error("{what}")]
    NotReady {
        /// What is missing, in a few words.
        what: String,
        /// How long to wait, if that is known.
        retry_after: Option<Duration>,
    },
    /// The account may not do this, or not use Confluence at all.
    #[error("Maro's account may not do this in Confluence: {0}")]
    Forbidden(Refusal),
    /// There is no such thing, or the account may not see it; Confluence does not tell these apart.
    #[error("not found in Confluence, or Maro's account may not see it")]
    NotFound,
    /// Somebody else changed the page.
    #[error("the page was changed by somebody else since{}", version(*.current))]
    Conflict {
        /// The version that it has now, if it could be read.
        current: Option<u64>,
    },
    /// The endpoint does not exist any more.
    #[error("Confluence no longer offers this call")]
    Gone,
    /// The request is larger than Confluence takes.
    #[error("the request is larger than Confluence accepts")]
    TooLarge,
    /// Confluence refused for another reason.
    #[error("Confluence refused the request: {0}")]
    Rejected(Refusal),
    /// Confluence took too many requests.
    #[error("Confluence {0}")]
    RateLimited(RateLimit),
    /// No connection came about.
    #[error("Confluence could not be reached")]
    NotSent(#[source] reqwest::Error),
    /// Confluence did not answer, or not usefully; it may do so later.
    #[error("Confluence is not available at the moment")]
    Unavailable {
        /// The status, if there was one.
        status: Option<u16>,
        /// How long to wait, if Confluence says so.
        retry_after: Option<Duration>,
        /// What the HTTP client says, if it says something.
        #[source]
        source: Option<reqwest::Error>,
    },
    /// A web page answered where Confluence's data was expected.
    #[error("a web page answered instead of Confluence's data, perhaps a sign-in page")]
    WebPage,
    /// Confluence's answer has another form than the one we know.
    #[error("Confluence's answer was not understood: {what}")]
    UnexpectedAnswer {
        /// Which part of which answer.
        what: String,
    },
}

/// Why there is no certain new page after a create.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// Nothing was sent: the name look-up, the connection or TLS failed. It may be sent later.
    #[error("Confluence could not be reached, nothing was sent")]
    NotSent(#[source] reqwest::Error),
    /// The way to Confluence is not open at the moment: nothing was sent. It may be sent later.
    #[error("{what}; nothing was sent")]
    NotReady {
        /// What is missing, in a few words.
        what: String,
        /// How long to wait, if that is known.
        retry_after: Option<Duration>,
    },
    /// Confluence did not accept the credentials; nothing was created.
    #[error("Confluence did not accept Maro's credentials{}", .0.said_by("Confluence"))]
    Unauthorized(Refusal),
    /// The OAuth grant is over; nothing was sent.
    #[error("{EXPIRED}")]
    Expired,
    /// The OAuth grant does not cover this; nothing was created.
    #[error("{MISSING_SCOPE}")]
    MissingScope,
    /// Confluence took too many requests; nothing was created. It may be sent later.
    #[error("Confluence {0}")]
    RateLimited(RateLimit),
    /// Confluence refused definitely; nothing was created.
    #[error("Confluence refused the request: {0}")]
    Rejected(Refusal),
    /// The page may or may not exist, now or soon. It must not be sent again by machine.
    #[error("it is not known whether Confluence created the page: {reason}")]
    OutcomeUnknown {
        /// What we saw.
        reason: UnknownReason,
        /// What the HTTP client says, if it says something.
        #[source]
        source: Option<reqwest::Error>,
    },
}

impl Worded for ConfluenceError {
    fn advice(&self) -> &'static str {
        self.next_step()
    }
}

impl ConfluenceError {
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

    /// What to do next, for the person who asked.
    #[must_use]
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::Unauthorized(_) => UNAUTHORIZED_STEP,
            Self::Expired => RECONNECT_STEP,
            Self::MissingScope => SCOPE_STEP,
            Self::Forbidden(_) => {
                "Ask a Confluence administrator to give Maro's account access and the permission."
            }
            Self::NotFound => "Check the page and the space, and that Maro's account may see them.",
            Self::Conflict { .. } => "Look at the page, then decide whether to write over it.",
            Self::Gone => "Update Maro.",
            Self::TooLarge => "Shorten the text and try again.",
            Self::Rejected(_) => "Correct what Confluence names and try again.",
            Self::RateLimited(_) | Self::NotReady { .. } => "Try again in a minute.",
            Self::NotSent(_) => "Check the Confluence address and the network, then try again.",
            Self::Unavailable { .. } => "Try again in a few minutes.",
            Self::WebPage | Self::UnexpectedAnswer { .. } => {
                "Check that the Confluence address leads to Confluence and not to a sign-in page."
            }
        }
    }
}

impl Worded for PageError {
    fn advice(&self) -> &'static str {
        self.next_step()
    }
}

impl PageError {
    /// What to do next, for the person who approved.
    #[must_use]
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::NotSent(_) | Self::NotReady { .. } | Self::RateLimited(_) => {
                "Try again in a minute."
            }
            Self::Unauthorized(_) => UNAUTHORIZED_STEP,
            Self::Expired => RECONNECT_STEP,
            Self::MissingScope => SCOPE_STEP,
            Self::Rejected(_) => {
                "Correct what Confluence names and try again; a title may stand only once in a space."
            }
            Self::OutcomeUnknown { .. } => {
                "Look for the title in the space before you create the page again."
            }
        }
    }
}

const UNAUTHORIZED_STEP: &str =
    "Ask an administrator to check Maro's Confluence account and API token.";
const RECONNECT_STEP: &str = "Ask an administrator to connect Atlassian again under Settings.";
const MISSING_SCOPE: &str =
    "Maro's Confluence connection was not granted the permission (scope) for this";
const SCOPE_STEP: &str = "Ask an administrator to connect Atlassian again and to grant every permission that is asked for.";

fn version(current: Option<u64>) -> String {
    current.map_or_else(String::new, |current| {
        format!(" (it is at version {current} now)")
    })
}

impl From<Failure> for ConfluenceError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Expired => Self::Expired,
            Failure::NotReady { what, retry_after } => Self::NotReady { what, retry_after },
            Failure::Unauthorized(said) => Self::Unauthorized(said),
            Failure::MissingScope => Self::MissingScope,
            Failure::Forbidden(refusal) => Self::Forbidden(refusal),
            Failure::NotFound => Self::NotFound,
            Failure::Conflict(_) => Self::Conflict { current: None },
            Failure::Gone => Self::Gone,
            Failure::TooLarge => Self::TooLarge,
            Failure::Rejected(refusal) => Self::Rejected(refusal),
            Failure::RateLimited(limit) => Self::RateLimited(limit),
            Failure::NotSent(err) => Self::NotSent(err),
            Failure::Unavailable {
                status,
                retry_after,
                source,
            } => Self::Unavailable {
                status,
                retry_after,
                source,
            },
            Failure::WebPage => Self::WebPage,
            Failure::UnexpectedAnswer { what } => Self::UnexpectedAnswer { what },
        }
    }
}

impl From<OnceFailure> for PageError {
    fn from(failure: OnceFailure) -> Self {
        match failure {
            OnceFailure::Expired => Self::Expired,
            OnceFailure::NotReady { what, retry_after } => Self::NotReady { what, retry_after },
            OnceFailure::Unauthorized(said) => Self::Unauthorized(said),
            OnceFailure::MissingScope => Self::MissingScope,
            OnceFailure::RateLimited(limit) => Self::RateLimited(limit),
            OnceFailure::Rejected(refusal) => Self::Rejected(refusal),
            OnceFailure::NotSent(err) => Self::NotSent(err),
            OnceFailure::Unknown { reason, source } => Self::OutcomeUnknown { reason, source },
        }
    }
}
