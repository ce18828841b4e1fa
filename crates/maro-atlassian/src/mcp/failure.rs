//! Why a call of a tool failed, and what that proves; translated to the errors that REST has, too.

use std::time::Duration;

use rmcp::ServiceError;
use rmcp::model::{ErrorCode, ErrorData};
use rmcp::transport::streamable_http_client::StreamableHttpError;

use super::http::HttpFailure;
use super::said::{Meaning, is_about_the_answer, meaning, presentable, proves_refusal};
use crate::credentials::TokenError;
use crate::rest::{CreateError, JiraError, RateLimit, Refusal, UnknownReason, Written};

/// Why a call failed.
#[derive(Debug)]
pub(super) enum CallError {
    /// Nothing was handed over.
    NotSent {
        what: String,
        retry_after: Option<Duration>,
    },
    /// The server is connected but does not offer what is needed; nothing was handed over.
    Missing(String),
    /// The server did not accept the credentials; nothing was done.
    Unauthorized,
    /// The grant is over; nothing was sent.
    Expired,
    /// The server does not let the account in; nothing was done.
    Forbidden(String),
    /// The server took too many requests; nothing was done.
    RateLimited(Option<Duration>),
    /// The server refused the call by the rules of the protocol; nothing was done.
    Refused(String),
    /// The server reports a failure of the tool.
    Said(String),
    /// Nobody knows what became of the call.
    Lost(UnknownReason),
}

impl CallError {
    pub(super) fn not_sent(what: impl Into<String>) -> Self {
        Self::NotSent {
            what: what.into(),
            retry_after: None,
        }
    }

    /// Whether the connection is of no more use.
    pub(super) fn ends_the_connection(&self) -> bool {
        matches!(
            self,
            Self::Lost(UnknownReason::TimedOut | UnknownReason::ConnectionLost)
                | Self::NotSent { .. }
        )
    }

    /// What it means for a new issue.
    pub(super) fn of_create(self) -> CreateError {
        self.of_write(Written::Issue)
    }

    /// What it means for a write that must not happen twice.
    pub(super) fn of_write(self, written: Written) -> CreateError {
        let unknown = |reason| CreateError::OutcomeUnknown {
            written,
            reason,
            source: None,
        };
        match self {
            Self::NotSent { what, retry_after } => CreateError::NotReady { what, retry_after },
            Self::Missing(what) => CreateError::NotReady {
                what,
                retry_after: None,
            },
            // Not Jira's refusal: somebody would look for the fault at the wrong place.
            Self::Unauthorized => CreateError::NotReady {
                what: UNAUTHORIZED.into(),
                retry_after: None,
            },
            Self::Expired => CreateError::Expired,
            Self::RateLimited(retry_after) => CreateError::RateLimited(limit(retry_after)),
            Self::Forbidden(text) => CreateError::Rejected(refusal(403, text)),
            Self::Refused(text) => CreateError::Rejected(refusal(400, text)),
            Self::Said(text) if proves_refusal(&text) => CreateError::Rejected(refusal(400, text)),
            Self::Said(text) => unknown(UnknownReason::Said(text)),
            Self::Lost(reason) => unknown(reason),
        }
    }

    /// What it means for a call that may be repeated.
    pub(super) fn of_read(self) -> JiraError {
        match self {
            Self::NotSent { what, retry_after } => JiraError::NotReady { what, retry_after },
            Self::Missing(what) => JiraError::NotReady {
                what,
                retry_after: None,
            },
            Self::Unauthorized => JiraError::NotReady {
                what: UNAUTHORIZED.into(),
                retry_after: None,
            },
            Self::Expired => JiraError::Expired,
            Self::RateLimited(retry_after) => JiraError::RateLimited(limit(retry_after)),
            Self::Forbidden(text) => JiraError::Forbidden(refusal(403, text)),
            Self::Refused(text) => JiraError::Rejected(refusal(400, text)),
            Self::Said(text) => match meaning(&text) {
                Meaning::Unauthorized => JiraError::Unauthorized(refusal(401, text)),
                Meaning::Forbidden => JiraError::Forbidden(refusal(403, text)),
                Meaning::NotFound => JiraError::NotFound,
                Meaning::RateLimited => JiraError::RateLimited(limit(None)),
                Meaning::WebPage => JiraError::WebPage,
                Meaning::Unavailable => unavailable(),
                Meaning::Refused => JiraError::Rejected(refusal(400, text)),
            },
            Self::Lost(UnknownReason::UnreadableAnswer) => JiraError::UnexpectedAnswer {
                what: "the MCP server's answer".into(),
            },
            Self::Lost(_) => unavailable(),
        }
    }
}

/// The server's refusal of our credentials; Jira was not asked.
pub(super) const UNAUTHORIZED: &str = "the MCP server did not accept Maro's credentials";

pub(super) fn limit(retry_after: Option<Duration>) -> RateLimit {
    RateLimit {
        retry_after,
        ..RateLimit::default()
    }
}

pub(super) fn refusal(status: u16, text: String) -> Refusal {
    Refusal {
        status,
        messages: vec![text],
        ..Refusal::default()
    }
}

fn unavailable() -> JiraError {
    JiraError::Unavailable {
        status: None,
        retry_after: None,
        source: None,
    }
}

impl From<ServiceError> for CallError {
    fn from(err: ServiceError) -> Self {
        match err {
            ServiceError::McpError(err) => protocol(&err),
            ServiceError::TransportSend(err) => match err.error.downcast() {
                Ok(failed) => http(*failed),
                // The pipe to a child: some of the line may have been read.
                Err(_) => Self::Lost(UnknownReason::ConnectionLost),
            },
            ServiceError::TransportClosed => Self::Lost(UnknownReason::ConnectionLost),
            ServiceError::Timeout { .. } => Self::Lost(UnknownReason::TimedOut),
            _ => Self::Lost(UnknownReason::UnreadableAnswer),
        }
    }
}

/// Errors of the protocol. Those about the form of a request come before anything is done; some
/// servers give the same code to complaints about the answer of a tool.
fn protocol(err: &ErrorData) -> CallError {
    const BEFORE: [ErrorCode; 3] = [
        ErrorCode::METHOD_NOT_FOUND,
        ErrorCode::INVALID_PARAMS,
        ErrorCode::INVALID_REQUEST,
    ];
    if BEFORE.contains(&err.code) && !is_about_the_answer(&err.message) {
        return CallError::Refused(presentable(&err.message));
    }
    CallError::Said(presentable(&err.message))
}

fn http(failed: StreamableHttpError<HttpFailure>) -> CallError {
    use StreamableHttpError as E;
    match failed {
        // By the protocol a server looks for the session before it looks at the message.
        E::SessionExpired => CallError::not_sent("the MCP server has ended the session"),
        E::HttpStatus(err) if err.status == 429 => {
            CallError::RateLimited(err.retry_after.as_deref().and_then(seconds))
        }
        E::HttpStatus(err) => CallError::Lost(UnknownReason::Status(err.status)),
        E::Client(failure) => client(failure),
        _ => CallError::Lost(UnknownReason::UnreadableAnswer),
    }
}

fn client(failure: HttpFailure) -> CallError {
    match failure {
        HttpFailure::NotSent(_) => CallError::not_sent(failure.to_string()),
        HttpFailure::NoToken(TokenError::Unavailable {
            reason,
            retry_after,
        }) => CallError::NotSent {
            what: reason,
            retry_after,
        },
        HttpFailure::NoToken(TokenError::Dead) => CallError::Expired,
        HttpFailure::Unauthorized => CallError::Unauthorized,
        HttpFailure::Forbidden(text) => CallError::Forbidden(text),
        // A gateway may have passed on what it answers with these.
        HttpFailure::Status(status @ (408 | 425 | 500..)) => {
            CallError::Lost(UnknownReason::Status(status))
        }
        HttpFailure::Status(status @ 400..) => {
            CallError::Refused(format!("the MCP server answered with HTTP {status}"))
        }
        HttpFailure::Status(status) => CallError::Lost(UnknownReason::Status(status)),
        HttpFailure::Unexpected(_) => CallError::Lost(UnknownReason::UnreadableAnswer),
        HttpFailure::Lost(_) => CallError::Lost(UnknownReason::ConnectionLost),
    }
}

/// Seconds only: a date would need the server's clock, which rmcp does not hand on.
fn seconds(text: &str) -> Option<Duration> {
    const LONGEST: Duration = Duration::from_hours(1);
    let wait = Duration::from_secs(text.trim().parse().ok()?);
    Some(wait.min(LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_proof_makes_a_create_repeatable_or_refused() {
        let outcome = |err: CallError| match err.of_create() {
            CreateError::NotReady { .. } => "later",
            CreateError::Rejected(_) => "refused",
            CreateError::RateLimited(_) => "limited",
            CreateError::Unauthorized(_) => "unauthorized by Jira",
            CreateError::OutcomeUnknown { .. } => "unknown",
            CreateError::NotSent(_) => "not sent",
            CreateError::Expired | CreateError::MissingScope => "reconnect",
        };
        let error = |code, text: &str| {
            CallError::from(ServiceError::McpError(ErrorData::new(
                code,
                text.to_owned(),
                None,
            )))
        };
        let said = |text: &str| CallError::Said(text.into());
        assert_eq!(outcome(CallError::not_sent("x")), "later");
        assert_eq!(outcome(CallError::Unauthorized), "later");
        assert_eq!(outcome(said("Summary is required.")), "refused");
        assert_eq!(outcome(said("Unauthorized (401)")), "unknown");
        assert_eq!(outcome(error(ErrorCode::INVALID_PARAMS, "bad")), "refused");
        let late = error(
            ErrorCode::INVALID_PARAMS,
            "Output validation error: 'key' is a required property",
        );
        assert_eq!(outcome(late), "unknown");
        assert_eq!(outcome(error(ErrorCode::INTERNAL_ERROR, "bad")), "unknown");
        assert_eq!(
            outcome(CallError::from(ServiceError::TransportClosed)),
            "unknown"
        );
        for (status, expected) in [
            (400, "refused"),
            (404, "refused"),
            (408, "unknown"),
            (502, "unknown"),
            (302, "unknown"),
        ] {
            assert_eq!(
                outcome(client(HttpFailure::Status(status))),
                expected,
                "{status}"
            );
        }
    }

    #[test]
    fn a_wait_is_read_and_bounded() {
        assert_eq!(seconds(" 7 "), Some(Duration::from_secs(7)));
        assert_eq!(seconds("99999999"), Some(Duration::from_hours(1)));
        assert_eq!(seconds("Sat, 21 Nov 2026 07:00:00 GMT"), None);
    }
}
