//! From an HTTP answer to a value or a [`JiraError`], for calls that may be repeated.

use reqwest::{RequestBuilder, Response, StatusCode};
use serde::de::DeserializeOwned;

use super::error::is_not_sent;
use super::retry_after::retry_after;
use super::{JiraError, RateLimit, Refusal};
use crate::client::ANSWER_LIMIT;

const REDIRECT: &str = "the address answers with a redirect: the Jira address is not the final one";

/// Why a body could not be read to its end.
#[derive(Debug)]
pub(super) enum BodyError {
    TooLong,
    Broken(reqwest::Error),
}

/// Sends a request and reads a JSON answer; `what` names the answer in errors.
pub(super) async fn json<T: DeserializeOwned>(
    what: &'static str,
    request: RequestBuilder,
) -> Result<T, JiraError> {
    let body = success(what, request).await?;
    let mut json = serde_json::Deserializer::from_slice(&body);
    serde_path_to_error::deserialize(&mut json).map_err(|err| {
        // The path and the kind of the mistake, not the value: it may be anybody's text.
        let what = match err.inner().classify() {
            serde_json::error::Category::Data => format!("{what}, at {}", err.path()),
            _ => format!("{what} is not JSON"),
        };
        JiraError::UnexpectedAnswer { what }
    })
}

/// Sends a request and reads the body of a successful answer.
pub(super) async fn success(
    what: &'static str,
    request: RequestBuilder,
) -> Result<Vec<u8>, JiraError> {
    let response = request.send().await.map_err(transport)?;
    let status = response.status();
    if !status.is_success() {
        return Err(failure(response).await);
    }
    bounded(response).await.map_err(|err| match err {
        BodyError::TooLong => JiraError::UnexpectedAnswer {
            what: format!("{what} is longer than {ANSWER_LIMIT} bytes"),
        },
        BodyError::Broken(err) => transport(err),
    })
}

/// Reads a body up to [`ANSWER_LIMIT`].
pub(super) async fn bounded(mut response: Response) -> Result<Vec<u8>, BodyError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(BodyError::Broken)? {
        if body.len() + chunk.len() > ANSWER_LIMIT {
            return Err(BodyError::TooLong);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Reads what Jira says about a refusal. The status decides; a body that cannot be read adds nothing.
pub(super) async fn refusal(response: Response) -> Refusal {
    let status = response.status();
    if status.is_redirection() {
        return Refusal::hinted(status.as_u16(), REDIRECT);
    }
    let body = bounded(response).await.unwrap_or_default();
    Refusal::read(status.as_u16(), &body)
}

async fn failure(response: Response) -> JiraError {
    match response.status() {
        StatusCode::UNAUTHORIZED => JiraError::Unauthorized,
        StatusCode::FORBIDDEN => JiraError::Forbidden(refusal(response).await),
        StatusCode::NOT_FOUND => JiraError::NotFound,
        StatusCode::GONE => JiraError::Gone,
        StatusCode::PAYLOAD_TOO_LARGE => JiraError::TooLarge,
        StatusCode::TOO_MANY_REQUESTS => {
            JiraError::RateLimited(RateLimit::read(response.headers()))
        }
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY => unavailable(&response),
        status if status.is_server_error() => unavailable(&response),
        _ => JiraError::Rejected(refusal(response).await),
    }
}

fn unavailable(response: &Response) -> JiraError {
    JiraError::Unavailable {
        status: Some(response.status().as_u16()),
        retry_after: retry_after(response.headers()),
        source: None,
    }
}

fn transport(err: reqwest::Error) -> JiraError {
    let err = err.without_url();
    if is_not_sent(&err) {
        JiraError::NotSent(err)
    } else {
        JiraError::Unavailable {
            status: None,
            retry_after: None,
            source: Some(err),
        }
    }
}
