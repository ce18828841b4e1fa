//! Telling an observer about every call: which one, how long it took, and why it failed.

use std::time::Instant;

use maro_core::calls::{Call, CallFailure, FailureKind, Observer};
use reqwest::RequestBuilder;
use serde::de::DeserializeOwned;

use crate::confluence::{ConfluenceError, PageError};
use crate::http::{Connection, Failure, answer};
use crate::rest::{CreateError, JiraError};
use crate::sentences::with_next_step;

/// Makes a call and tells of it.
pub(crate) async fn observe<T, E>(
    observer: &Observer,
    kind: &'static str,
    call: impl Future<Output = Result<T, E>>,
) -> Result<T, E>
where
    for<'a> CallFailure: From<&'a E>,
{
    let begun = Instant::now();
    let result = call.await;
    observer.tell(Call {
        kind,
        took: begun.elapsed(),
        failure: result.as_ref().err().map(CallFailure::from),
    });
    result
}

/// Sends a request that may be repeated and reads its JSON; `what` names the answer in errors.
pub(crate) async fn json<T, E>(
    connection: &Connection,
    what: &'static str,
    request: RequestBuilder,
) -> Result<T, E>
where
    T: DeserializeOwned,
    E: From<Failure>,
    for<'a> CallFailure: From<&'a E>,
{
    let call = async { Ok(answer::json(connection, what, request).await?) };
    observe(&connection.observer, kind(what), call).await
}

/// Sends a request that may be repeated and reads past its answer.
pub(crate) async fn done<E>(
    connection: &Connection,
    what: &'static str,
    request: RequestBuilder,
) -> Result<(), E>
where
    E: From<Failure>,
    for<'a> CallFailure: From<&'a E>,
{
    let call = async {
        answer::success(connection, what, request).await?;
        Ok(())
    };
    observe(&connection.observer, kind(what), call).await
}

/// What a call is called where calls are listed and counted.
fn kind(what: &'static str) -> &'static str {
    what.strip_prefix("the ").unwrap_or(what)
}

impl From<&JiraError> for CallFailure {
    fn from(err: &JiraError) -> Self {
        use JiraError as E;
        let kind = match err {
            E::Unauthorized | E::Expired | E::MissingScope => FailureKind::Credential,
            E::RateLimited(_) => FailureKind::Limited,
            E::NotSent(_)
            | E::NotReady { .. }
            | E::Unavailable { .. }
            | E::WebPage
            | E::Gone
            | E::UnexpectedAnswer { .. } => FailureKind::Unreachable,
            E::Forbidden(_)
            | E::NotFound
            | E::TooLarge
            | E::Rejected(_)
            | E::NoTransition { .. } => FailureKind::Refused,
        };
        Self {
            kind,
            sentence: with_next_step(&err.to_string(), err.next_step()),
        }
    }
}

impl From<&CreateError> for CallFailure {
    fn from(err: &CreateError) -> Self {
        use CreateError as E;
        let kind = match err {
            E::Unauthorized | E::Expired | E::MissingScope => FailureKind::Credential,
            E::RateLimited(_) => FailureKind::Limited,
            E::NotSent(_) | E::NotReady { .. } | E::OutcomeUnknown { .. } => {
                FailureKind::Unreachable
            }
            E::Rejected(_) => FailureKind::Refused,
        };
        Self {
            kind,
            sentence: with_next_step(&err.to_string(), err.next_step()),
        }
    }
}

impl From<&ConfluenceError> for CallFailure {
    fn from(err: &ConfluenceError) -> Self {
        use ConfluenceError as E;
        let kind = match err {
            E::Unauthorized | E::Expired | E::MissingScope => FailureKind::Credential,
            E::RateLimited(_) => FailureKind::Limited,
            E::NotSent(_)
            | E::NotReady { .. }
            | E::Unavailable { .. }
            | E::WebPage
            | E::Gone
            | E::UnexpectedAnswer { .. } => FailureKind::Unreachable,
            E::Forbidden(_) | E::NotFound | E::Conflict { .. } | E::TooLarge | E::Rejected(_) => {
                FailureKind::Refused
            }
        };
        Self {
            kind,
            sentence: with_next_step(&err.to_string(), err.next_step()),
        }
    }
}

impl From<&PageError> for CallFailure {
    fn from(err: &PageError) -> Self {
        use PageError as E;
        let kind = match err {
            E::Unauthorized | E::Expired | E::MissingScope => FailureKind::Credential,
            E::RateLimited(_) => FailureKind::Limited,
            E::NotSent(_) | E::NotReady { .. } | E::OutcomeUnknown { .. } => {
                FailureKind::Unreachable
            }
            E::Rejected(_) => FailureKind::Refused,
        };
        Self {
            kind,
            sentence: with_next_step(&err.to_string(), err.next_step()),
        }
    }
}
