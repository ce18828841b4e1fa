//! From an HTTP answer to a value or a [`Failure`], for calls that may be repeated.

use reqwest::{RequestBuilder, Response, StatusCode};
use serde::de::DeserializeOwned;

use super::connection::lacks_scope;
use super::failure::transport;
use super::rate_limit::retry_after;
use super::{Connection, Failure, RateLimit, Refusal, Sent};
use crate::client::ANSWER_LIMIT;

const REDIRECT: &str =
    "the address answers with a redirect: the configured address is not the final one";

/// Why a body could not be read to its end.
#[derive(Debug)]
pub(crate) enum BodyError {
    TooLong,
    Broken(reqwest::Error),
}

/// Sends a request and reads a JSON answer; `what` names the answer in errors.
pub(crate) async fn json<T: DeserializeOwned>(
    connection: &Connection,
    what: &'static str,
    request: RequestBuilder,
) -> Result<T, Failure> {
    let body = success(connection, what, request).await?;
    let mut json = serde_json::Deserializer::from_slice(&body);
    serde_path_to_error::deserialize(&mut json).map_err(|err| {
        if body.trim_ascii_start().starts_with(b"<") {
            return Failure::WebPage;
        }
        // The path and the kind of the mistake, not the value: it may be anybody's text.
        let what = match err.inner().classify() {
            serde_json::error::Category::Data => format!("{what}, at {}", err.path()),
            _ => format!("{what} is not JSON"),
        };
        Failure::UnexpectedAnswer { what }
    })
}

/// Sends a request and reads the body of a successful answer.
pub(crate) async fn success(
    connection: &Connection,
    what: &'static str,
    request: RequestBuilder,
) -> Result<Vec<u8>, Failure> {
    let response = match connection.send(request, connection.timeout()).await? {
        Sent::Answered(response) => response,
        Sent::Unauthorized(said) => return Err(Failure::Unauthorized(said)),
        Sent::MissingScope => return Err(Failure::MissingScope),
    };
    if !response.status().is_success() {
        return Err(failure(response).await);
    }
    bounded(response).await.map_err(|err| match err {
        BodyError::TooLong => Failure::UnexpectedAnswer {
            what: format!("{what} is longer than {ANSWER_LIMIT} bytes"),
        },
        BodyError::Broken(err) => transport(err),
    })
}

/// Reads a body up to [`ANSWER_LIMIT`].
pub(crate) async fn bounded(mut response: Response) -> Result<Vec<u8>, BodyError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(BodyError::Broken)? {
        if body.len() + chunk.len() > ANSWER_LIMIT {
            return Err(BodyError::TooLong);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// What a refusal means: a missing scope, or what Atlassian says. The status decides; a body that
/// cannot be read adds nothing.
pub(super) async fn refusal(response: Response) -> Result<Refusal, MissingScope> {
    let status = response.status();
    if status.is_redirection() {
        return Ok(Refusal::hinted(status.as_u16(), REDIRECT));
    }
    let body = bounded(response).await.unwrap_or_default();
    if status == StatusCode::FORBIDDEN && lacks_scope(&body) {
        return Err(MissingScope);
    }
    Ok(Refusal::read(status.as_u16(), &body))
}

/// The refusal speaks of a scope that the grant lacks.
pub(super) struct MissingScope;

async fn failure(response: Response) -> Failure {
    let refused = match response.status() {
        StatusCode::NOT_FOUND => return Failure::NotFound,
        StatusCode::GONE => return Failure::Gone,
        StatusCode::PAYLOAD_TOO_LARGE => return Failure::TooLarge,
        StatusCode::TOO_MANY_REQUESTS => {
            return Failure::RateLimited(RateLimit::read(response.headers()));
        }
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY => return unavailable(&response),
        status if status.is_server_error() => return unavailable(&response),
        StatusCode::FORBIDDEN => Failure::Forbidden,
        StatusCode::CONFLICT => Failure::Conflict,
        _ => Failure::Rejected,
    };
    match refusal(response).await {
        Ok(refusal) => refused(refusal),
        Err(MissingScope) => Failure::MissingScope,
    }
}

fn unavailable(response: &Response) -> Failure {
    Failure::Unavailable {
        status: Some(response.status().as_u16()),
        retry_after: retry_after(response.headers()),
        source: None,
    }
}
