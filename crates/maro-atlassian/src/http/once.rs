//! Writes that must not happen twice, and the truth about their outcome.
//!
//! The classification follows the ledger's states: only what proves that nothing was written is a
//! refusal, everything that leaves a doubt is [`OnceFailure::Unknown`].

use std::fmt;
use std::time::Duration;

use reqwest::{RequestBuilder, Response, StatusCode};
use serde::de::DeserializeOwned;

use super::answer::{BodyError, MissingScope, bounded, refusal};
use super::failure::is_not_sent;
use super::{Connection, RateLimit, Refusal, Sent, Unsent};

/// Why it is not certain that the write happened.
#[derive(Debug)]
pub(crate) enum OnceFailure {
    Expired,
    NotReady {
        what: String,
        retry_after: Option<Duration>,
    },
    Unauthorized(Refusal),
    MissingScope,
    RateLimited(RateLimit),
    Rejected(Refusal),
    NotSent(reqwest::Error),
    Unknown {
        reason: UnknownReason,
        source: Option<reqwest::Error>,
    },
}

/// Why the outcome of a write is unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnknownReason {
    /// No answer came in time.
    TimedOut,
    /// The connection broke after writing had begun.
    ConnectionLost,
    /// The answer's body was cut, too long or not what is sent here.
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
            Self::Status(status) => write!(f, "the answer was HTTP {status}"),
            Self::Said(text) => write!(f, "the MCP server answered: {text}"),
        }
    }
}

impl From<Unsent> for OnceFailure {
    fn from(unsent: Unsent) -> Self {
        match unsent {
            Unsent::Expired => Self::Expired,
            Unsent::NotReady { what, retry_after } => Self::NotReady { what, retry_after },
            Unsent::Limited(limit) => Self::RateLimited(limit),
            Unsent::Transport(err) => transport(err),
        }
    }
}

/// Sends a write whose success has the status `done`, and reads what it made.
pub(crate) async fn once<T: DeserializeOwned>(
    connection: &Connection,
    request: RequestBuilder,
    done: StatusCode,
    deadline: Duration,
) -> Result<T, OnceFailure> {
    made(accepted(connection, request, done, deadline).await?).await
}

/// Sends a write whose success has the status `done`, and gives the answer, whose body was not read.
pub(crate) async fn accepted(
    connection: &Connection,
    request: RequestBuilder,
    done: StatusCode,
    deadline: Duration,
) -> Result<Response, OnceFailure> {
    let response = match connection.send(request, deadline).await {
        Ok(Sent::Answered(response)) => response,
        Ok(Sent::Unauthorized(said)) => return Err(OnceFailure::Unauthorized(said)),
        Ok(Sent::MissingScope) => return Err(OnceFailure::MissingScope),
        Err(unsent) => return Err(unsent.into()),
    };
    match response.status() {
        status if status == done => Ok(response),
        StatusCode::TOO_MANY_REQUESTS => Err(OnceFailure::RateLimited(RateLimit::read(
            response.headers(),
        ))),
        status if is_refusal(status) => Err(match refusal(response).await {
            Ok(refusal) => OnceFailure::Rejected(refusal),
            Err(MissingScope) => OnceFailure::MissingScope,
        }),
        status => Err(unknown(UnknownReason::Status(status.as_u16()))),
    }
}

/// Whether a status proves that nothing was written.
fn is_refusal(status: StatusCode) -> bool {
    // The first two come from a gateway that may have passed the request on; "see other" is how a
    // server answers a POST that it did carry out.
    const DOUBTFUL: [StatusCode; 3] = [
        StatusCode::REQUEST_TIMEOUT,
        StatusCode::TOO_EARLY,
        StatusCode::SEE_OTHER,
    ];
    (status.is_client_error() || status.is_redirection()) && !DOUBTFUL.contains(&status)
}

/// Reads the answer of a write that succeeded. A doubt about the body is no doubt about a failure:
/// the thing exists, only its id did not arrive.
async fn made<T: DeserializeOwned>(response: Response) -> Result<T, OnceFailure> {
    let body = bounded(response).await.map_err(|err| match err {
        BodyError::TooLong => unknown(UnknownReason::UnreadableAnswer),
        BodyError::Broken(err) => OnceFailure::Unknown {
            reason: if err.is_timeout() {
                UnknownReason::TimedOut
            } else {
                UnknownReason::UnreadableAnswer
            },
            source: Some(err.without_url()),
        },
    })?;
    serde_json::from_slice(&body).map_err(|_| unknown(UnknownReason::UnreadableAnswer))
}

fn transport(err: reqwest::Error) -> OnceFailure {
    let err = err.without_url();
    if is_not_sent(&err) {
        return OnceFailure::NotSent(err);
    }
    let reason = if err.is_timeout() {
        UnknownReason::TimedOut
    } else {
        UnknownReason::ConnectionLost
    };
    OnceFailure::Unknown {
        reason,
        source: Some(err),
    }
}

fn unknown(reason: UnknownReason) -> OnceFailure {
    OnceFailure::Unknown {
        reason,
        source: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_definite_answers_are_refusals() {
        for status in [
            301, 302, 307, 308, 400, 403, 404, 405, 407, 409, 410, 413, 415, 422, 451,
        ] {
            assert!(
                is_refusal(StatusCode::from_u16(status).unwrap()),
                "{status}"
            );
        }
        for status in [200, 202, 204, 303, 408, 425, 500, 501, 502, 503, 504, 599] {
            assert!(
                !is_refusal(StatusCode::from_u16(status).unwrap()),
                "{status}"
            );
        }
    }
}
