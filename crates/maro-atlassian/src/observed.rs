//! Telling an observer about every call: which one, how long it took, and why it failed.
//!
//! What kind of failure it is follows from what happened on the wire ([`Sorted`]), the same for every
//! product; the sentence is the product's own ([`Worded`]).

use std::fmt;
use std::time::Instant;

use maro_core::calls::{Call, CallFailure, FailureKind, Observer};
use reqwest::RequestBuilder;
use serde::de::DeserializeOwned;

use crate::http::once::OnceFailure;
use crate::http::{Connection, Failure, answer};
use crate::sentences::with_next_step;

/// A failure before a product gives it words.
pub(crate) trait Sorted {
    /// What kind of failure it is.
    fn kind(&self) -> FailureKind;
}

/// A failure in the words of a product.
pub(crate) trait Worded: fmt::Display {
    /// What to do next.
    fn advice(&self) -> &'static str;
}

/// Makes a call whose failure says everything by itself, and tells of it.
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

/// Makes a call and tells of it, with the words that a product has for its failure.
pub(crate) async fn worded<T, F: Sorted, E: Worded>(
    observer: &Observer,
    kind: &'static str,
    call: impl Future<Output = Result<T, F>>,
    words: impl FnOnce(F) -> E,
) -> Result<T, E> {
    let begun = Instant::now();
    let (result, failure) = match call.await {
        Ok(value) => (Ok(value), None),
        Err(failure) => {
            let kind = failure.kind();
            let err = words(failure);
            let sentence = with_next_step(&err.to_string(), err.advice());
            (Err(err), Some(CallFailure { kind, sentence }))
        }
    };
    let took = begun.elapsed();
    observer.tell(Call {
        kind,
        took,
        failure,
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
    E: From<Failure> + Worded,
{
    let call = answer::json(connection, what, request);
    worded(&connection.observer, kind(what), call, E::from).await
}

/// Sends a request that may be repeated and reads past its answer.
pub(crate) async fn done<E>(
    connection: &Connection,
    what: &'static str,
    request: RequestBuilder,
) -> Result<(), E>
where
    E: From<Failure> + Worded,
{
    let call = async { answer::success(connection, what, request).await.map(drop) };
    worded(&connection.observer, kind(what), call, E::from).await
}

/// What a call is called where calls are listed and counted.
fn kind(what: &'static str) -> &'static str {
    what.strip_prefix("the ").unwrap_or(what)
}

impl Sorted for Failure {
    fn kind(&self) -> FailureKind {
        match self {
            Self::Unauthorized(_) | Self::Expired | Self::MissingScope => FailureKind::Credential,
            Self::RateLimited(_) => FailureKind::Limited,
            Self::NotSent(_)
            | Self::NotReady { .. }
            | Self::Unavailable { .. }
            | Self::WebPage
            | Self::Gone
            | Self::UnexpectedAnswer { .. } => FailureKind::Unreachable,
            Self::Forbidden(_)
            | Self::NotFound
            | Self::Conflict(_)
            | Self::TooLarge
            | Self::Rejected(_) => FailureKind::Refused,
        }
    }
}

impl Sorted for OnceFailure {
    fn kind(&self) -> FailureKind {
        match self {
            Self::Unauthorized(_) | Self::Expired | Self::MissingScope => FailureKind::Credential,
            Self::RateLimited(_) => FailureKind::Limited,
            Self::NotSent(_) | Self::NotReady { .. } | Self::Unknown { .. } => {
                FailureKind::Unreachable
            }
            Self::Rejected(_) => FailureKind::Refused,
        }
    }
}
