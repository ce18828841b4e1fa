//! Why a call that may be repeated failed, before a product gives it words.

use std::time::Duration;

use super::{RateLimit, Refusal, Unsent};

/// A failure of a read or of an idempotent write.
#[derive(Debug)]
pub(crate) enum Failure {
    Expired,
    NotReady {
        what: String,
        retry_after: Option<Duration>,
    },
    Unauthorized(Refusal),
    MissingScope,
    Forbidden(Refusal),
    NotFound,
    Conflict(Refusal),
    Gone,
    TooLarge,
    Rejected(Refusal),
    RateLimited(RateLimit),
    NotSent(reqwest::Error),
    Unavailable {
        status: Option<u16>,
        retry_after: Option<Duration>,
        source: Option<reqwest::Error>,
    },
    WebPage,
    UnexpectedAnswer {
        what: String,
    },
}

impl From<Unsent> for Failure {
    fn from(unsent: Unsent) -> Self {
        match unsent {
            Unsent::Expired => Self::Expired,
            Unsent::NotReady { what, retry_after } => Self::NotReady { what, retry_after },
            Unsent::Limited(limit) => Self::RateLimited(limit),
            Unsent::Transport(err) => transport(err),
        }
    }
}

pub(super) fn transport(err: reqwest::Error) -> Failure {
    let err = err.without_url();
    if is_not_sent(&err) {
        return Failure::NotSent(err);
    }
    Failure::Unavailable {
        status: None,
        retry_after: None,
        source: Some(err),
    }
}

/// Whether the HTTP client proves that no byte of the request was written.
pub(super) fn is_not_sent(err: &reqwest::Error) -> bool {
    // True for the name look-up, the connection, a proxy's tunnel and TLS, time-outs of these
    // included: the request is handed to a connection only after all of them have succeeded.
    err.is_connect() || err.is_builder()
}
