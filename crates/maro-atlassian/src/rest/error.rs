//! What went wrong, in the terms that callers act on.
//!
//! [`CreateError`] has one variant per edge of the ledger's SENDING state; it serves all writes that
//! must not happen twice. [`JiraError`] is for
//! calls that may be repeated, where it only matters whether and when repeating helps.

use std::fmt;
use std::time::Duration;

use super::{RateLimit, Refusal, UnknownReason};
use crate::http::Failure;
use crate::http::once::OnceFailure;
use crate::observed::Worded;
use crate::sentences::EXPIRED;

/// Why a write that must not happen twice did not certainly happen.
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
    #[error("Jira did not accept Maro's credentials{}", .0.said_by("Jira"))]
    Unauthorized(Refusal),
    /// The OAuth grant is over; nothing was sent. It may be sent after somebody connected again.
    #[error("{EXPIRED}")]
    Expired,
    /// The OAuth grant does not cover this; nothing was created.
    #[error("{MISSING_SCOPE}")]
    MissingScope,
    /// Jira took too many requests; nothing was created. It may be sent later.
    #[error("Jira {0}")]
    RateLimited(RateLimit),
    /// Jira refused definitely; nothing was created.
    #[error("Jira refused the request: {0}")]
    Rejected(Refusal),
    /// The issue may or may not exist, now or soon. It must not be sent again by machine.
    #[error("it is not known whether Jira {written}: {reason}")]
    OutcomeUnknown {
        /// What was to be written.
        written: Written,
        /// What we saw.
        reason: UnknownReason,
        /// What the HTTP client says, if it says something.
        #[source]
        source: Option<reqwest::Error>,
    },
}

/// What a write that must not happen twice makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// An issue.
    Issue,
    /// A comment.
    Comment,
    /// A step of an issue to another status; the only one that may be taken again.
    Step,
}

impl fmt::Display for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Issue => "created the issue",
            Self::Comment => "added the comment",
            Self::Step => "moved the issue",
        })
    }
}

impl Worded for CreateError {
    fn advice(&self) -> &'static str {
        self.next_step()
    }
}

impl CreateError {
    /// An unknown outcome of creating an issue.
    #[must_use]
    pub fn unknown(reason: UnknownReason) -> Self {
        Self::OutcomeUnknown {
            written: Written::Issue,
            reason,
            source: None,
        }
    }

    /// What was given as the key of an issue cannot be one, and must not become part of an address.
    pub(super) fn no_issue_key() -> Self {
        Self::Rejected(Refusal::hinted(404, "not an issue key"))
    }

    pub(super) fn from_failure(failure: OnceFailure, written: Written) -> Self {
        match failure {
            OnceFailure::Expired => Self::Expired,
            OnceFailure::NotReady { what, retry_after } => Self::NotReady { what, retry_after },
            OnceFailure::Unauthorized(said) => Self::Unauthorized(said),
            OnceFailure::MissingScope => Self::MissingScope,
            OnceFailure::RateLimited(limit) => Self::RateLimited(limit),
            OnceFailure::Rejected(refusal) => Self::Rejected(refusal),
            OnceFailure::NotSent(err) => Self::NotSent(err),
            OnceFailure::Unknown { reason, source } => Self::OutcomeUnknown {
                written,
                reason,
                source,
            },
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
            Self::Unauthorized(_) => UNAUTHORIZED_STEP,
            Self::Expired => RECONNECT_STEP,
            Self::MissingScope => SCOPE_STEP,
            Self::RateLimited(_) => "Maro tries again by itself when Jira allows it.",
            Self::Rejected(refusal) => rejected_step(refusal),
            Self::OutcomeUnknown {
                written: Written::Comment,
                ..
            } => "Look at the issue in Jira before you comment again.",
            Self::OutcomeUnknown {
                written: Written::Step,
                ..
            } => "Maro reads the issue and goes on by itself.",
            Self::OutcomeUnknown { .. } => {
                "Maro looks for the issue in Jira and does not send it again by itself."
            }
        }
    }
}

/// Why a call other than a create failed.
#[derive(Debug, thiserror::Error)]
pub enum JiraError {
    /// Jira did not accept the credentials.
    #[error("Jira did not accept Maro's credentials{}", .0.said_by("Jira"))]
    Unauthorized(Refusal),
    /// The OAuth grant is over.
    #[error("{EXPIRED}")]
    Expired,
    /// The OAuth grant does not cover this.
    #[error("{MISSING_SCOPE}")]
    MissingScope,
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
    #[error("Jira {0}")]
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
    /// A web page answered where Jira's data was expected.
    #[error("a web page answered instead of Jira, perhaps a sign-in page")]
    WebPage,
    /// There is no step to the status that was asked for.
    #[error("the issue cannot go to {wanted} now{}", statuses(.available))]
    NoTransition {
        /// The name of the status that was asked for.
        wanted: String,
        /// The names of the statuses that the issue can go to.
        available: Vec<String>,
    },
    /// Jira's answer has another form than the one we know.
    #[error("Jira's answer was not understood: {what}")]
    UnexpectedAnswer {
        /// Which part of which answer.
        what: String,
    },
}

impl From<Failure> for JiraError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Expired => Self::Expired,
            Failure::NotReady { what, retry_after } => Self::NotReady { what, retry_after },
            Failure::Unauthorized(said) => Self::Unauthorized(said),
            Failure::MissingScope => Self::MissingScope,
            Failure::Forbidden(refusal) => Self::Forbidden(refusal),
            Failure::NotFound => Self::NotFound,
            Failure::Gone => Self::Gone,
            Failure::TooLarge => Self::TooLarge,
            Failure::Rejected(refusal) | Failure::Conflict(refusal) => Self::Rejected(refusal),
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

impl Worded for JiraError {
    fn advice(&self) -> &'static str {
        self.next_step()
    }
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
            Self::Unauthorized(_) => UNAUTHORIZED_STEP,
            Self::Expired => RECONNECT_STEP,
            Self::MissingScope => SCOPE_STEP,
            Self::Forbidden(_) => FORBIDDEN_STEP,
            Self::NotFound => "Check the key, and that Maro's Jira account may see the project.",
            Self::Gone => "Update Maro.",
            Self::TooLarge => "Shorten the text and try again.",
            Self::Rejected(refusal) => rejected_step(refusal),
            Self::NoTransition { .. } => "Choose one of the statuses that are named.",
            Self::RateLimited(_) => "Try again in a minute.",
            Self::NotSent(_) => "Check the Jira address and the network, then try again.",
            Self::NotReady { .. } => NOT_READY_STEP,
            Self::Unavailable { .. } => "Try again in a few minutes.",
            Self::WebPage | Self::UnexpectedAnswer { .. } => {
                "Check that the Jira address leads to Jira and not to a sign-in page."
            }
        }
    }
}

const UNAUTHORIZED_STEP: &str = "Ask an administrator to check Maro's Jira account and API token.";
const NOT_READY_STEP: &str =
    "Maro goes on by itself when it is. If it does not, look at the connections page.";
const RECONNECT_STEP: &str = "Ask an administrator to connect Jira again under Settings.";
const MISSING_SCOPE: &str =
    "Maro's Jira connection was not granted the permission (scope) for this";
const SCOPE_STEP: &str =
    "Ask an administrator to connect Jira again and to grant every permission that is asked for.";
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

fn statuses(available: &[String]) -> String {
    if available.is_empty() {
        return "; Maro's account can move it nowhere".to_owned();
    }
    format!("; it can go to {}", available.join(", "))
}
