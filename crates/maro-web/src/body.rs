//! Request bodies: read within a limit and a time, and parsed so that errors name the field.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use futures_util::StreamExt as _;
use serde::de::DeserializeOwned;

use crate::problem::Problem;

/// Longest JSON body of the API.
pub(crate) const JSON_LIMIT: usize = 256 * 1024;
/// A sender of more than this is cut off.
const MOST_DROPPED: usize = 8 * 1024 * 1024;
const READ_TIME: Duration = Duration::from_secs(10);

/// Reads a whole body. More than `limit` bytes is 413, a dripping sender 408.
pub(crate) async fn read(body: Body, headers: &HeaderMap, limit: usize) -> Result<Bytes, Problem> {
    let announced = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|v| v.to_str().ok()?.parse().ok())
        .unwrap_or(0);
    match tokio::time::timeout(READ_TIME, collect(body, announced, limit)).await {
        Ok(result) => result,
        Err(_) => Err(Problem::new(
            StatusCode::REQUEST_TIMEOUT,
            "too_slow",
            "The request's body did not arrive in time.",
        )),
    }
}

/// What is too much is read and dropped, up to a point: a sender that is cut off while it still
/// writes sees a broken connection instead of the answer.
async fn collect(body: Body, announced: usize, limit: usize) -> Result<Bytes, Problem> {
    let mut fits = announced <= limit;
    let mut whole = Vec::with_capacity(if fits { announced } else { 0 });
    let mut dropped = 0;
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| {
            Problem::new(
                StatusCode::BAD_REQUEST,
                "cut_off",
                "The request's body was cut off.",
            )
        })?;
        fits = fits && whole.len() + chunk.len() <= limit;
        if fits {
            whole.extend_from_slice(&chunk);
        } else {
            whole = Vec::new();
            dropped += chunk.len();
            if dropped > MOST_DROPPED {
                break;
            }
        }
    }
    if fits {
        Ok(whole.into())
    } else {
        Err(too_large(limit))
    }
}

fn too_large(limit: usize) -> Problem {
    let detail = format!("The request's body is larger than {} kB.", limit / 1024);
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", detail)
}

/// Parses JSON; the problem names the path of the field that is to blame.
pub(crate) fn parse_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|err| {
        let path = err.path().to_string();
        Problem::bad_field(
            if path == "." { "body".into() } else { path },
            err.inner().to_string(),
        )
    })?;
    json.end()
        .map_err(|err| Problem::bad_field("body", err.to_string()))?;
    Ok(value)
}

/// A JSON body of the API.
pub(crate) struct JsonBody<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        must_be_json(&parts.headers)?;
        let bytes = read(body, &parts.headers, JSON_LIMIT).await?;
        parse_json(&bytes).map(Self)
    }
}

/// Refuses a body that does not call itself JSON.
pub(crate) fn must_be_json(headers: &HeaderMap) -> Result<(), Problem> {
    if is_json(headers) {
        return Ok(());
    }
    Err(Problem::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "not_json",
        "Send the body as application/json.",
    ))
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let kind = kind
        .and_then(|kind| kind.split(';').next())
        .unwrap_or("")
        .trim();
    kind.eq_ignore_ascii_case("application/json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    struct Outer {
        #[expect(dead_code, reason = "only parsed")]
        inner: Vec<u8>,
    }

    #[test]
    fn the_problem_names_the_path_of_the_field() {
        let problem = parse_json::<Outer>(br#"{"inner":[1,"x"]}"#).unwrap_err();
        let json = serde_json::to_value(&problem).unwrap();
        assert_eq!(json["field"], "inner[1]");
        let problem = parse_json::<Outer>(b"{").unwrap_err();
        assert_eq!(serde_json::to_value(&problem).unwrap()["status"], 400);
    }

    #[tokio::test]
    async fn a_body_beyond_the_limit_is_refused_with_and_without_a_length() {
        for announce in [true, false] {
            let mut headers = HeaderMap::new();
            if announce {
                headers.insert(header::CONTENT_LENGTH, 11.into());
            }
            let result = read(Body::from("hello world"), &headers, 10).await;
            assert_eq!(result.unwrap_err().status(), StatusCode::PAYLOAD_TOO_LARGE);
        }
        assert_eq!(
            read(Body::from("hello"), &HeaderMap::new(), 10)
                .await
                .unwrap(),
            "hello"
        );
    }
}
