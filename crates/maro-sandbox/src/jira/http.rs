//! What every Jira endpoint shares of HTTP: JSON in, JSON out, query parameters.
//!
//! Not here: authentication (`auth`) and the endpoints themselves.

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::error::{JiraError, Outcome};
use crate::query::Params;

/// Which REST API a request came in by. Version 2 speaks wiki text, 3 speaks ADF.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ApiVersion {
    V2,
    V3,
    /// Version 2 as Data Center speaks it: users have names and keys.
    Server,
}

impl ApiVersion {
    /// The number in the path.
    pub(crate) fn number(self) -> u8 {
        match self {
            Self::V2 | Self::Server => 2,
            Self::V3 => 3,
        }
    }
}

/// A JSON response with Jira's content type.
pub(crate) fn reply(status: StatusCode, body: &Value) -> Response {
    let mut response = (status, Json(body)).into_response();
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json;charset=UTF-8"),
    );
    response
}

/// A 200 with a JSON body.
pub(crate) fn ok(body: &Value) -> Response {
    reply(StatusCode::OK, body)
}

/// A 204.
pub(crate) fn no_content() -> Response {
    StatusCode::NO_CONTENT.into_response()
}

/// A page in the shape of Jira's page beans.
pub(crate) fn page_bean(self_url: &str, values: &[Value], start: usize, max: usize) -> Value {
    let total = values.len();
    let page: Vec<&Value> = values.iter().skip(start).take(max).collect();
    let is_last = start.saturating_add(page.len()) >= total;
    let mut body = json!({
        "self": format!("{self_url}?startAt={start}&maxResults={max}"),
        "maxResults": max, "startAt": start, "total": total, "isLast": is_last, "values": page,
    });
    if !is_last {
        let next = start + page.len();
        body["nextPage"] = json!(format!("{self_url}?startAt={next}&maxResults={max}"));
    }
    body
}

/// Path parameters; what cannot be decoded is a 404 in Jira's words.
pub(crate) struct JiraPath<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for JiraPath<T> {
    type Rejection = JiraError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, JiraError> {
        Path::<T>::from_request_parts(parts, state)
            .await
            .map(|Path(value)| Self(value))
            .map_err(|_: PathRejection| JiraError::no_issue())
    }
}

/// A JSON request body that must be an object.
pub(crate) struct JsonBody(pub(crate) Map<String, Value>);

/// A JSON request body of any type.
pub(crate) struct JsonValue(pub(crate) Value);

impl<S: Send + Sync> FromRequest<S> for JsonBody {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        match JsonValue::from_request(request, state).await?.0 {
            Value::Object(map) => Ok(Self(map)),
            _ => Err(JiraError::invalid_payload().into_response()),
        }
    }
}

impl<S: Send + Sync> FromRequest<S> for JsonValue {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        if !is_json(&request) {
            let body = json!({"message": "HTTP 415 Unsupported Media Type", "status-code": 415});
            return Err(reply(StatusCode::UNSUPPORTED_MEDIA_TYPE, &body));
        }
        let bytes = Bytes::from_request(request, state)
            .await
            .map_err(too_large)?;
        serde_json::from_slice(&bytes).map(Self).map_err(|_| {
            JiraError::bad_request(
                "There was an error parsing JSON. Check that your request body is valid.",
            )
            .into_response()
        })
    }
}

fn is_json(request: &Request) -> bool {
    request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|mime| mime.trim().eq_ignore_ascii_case("application/json"))
}

fn too_large(rejection: BytesRejection) -> Response {
    let status = rejection.into_response().status();
    JiraError::message(
        status,
        "The request body could not be read or is too large.",
    )
    .into_response()
}

impl Params {
    /// A whole number that is not negative.
    pub(crate) fn number(&self, name: &str, default: usize) -> Outcome<usize> {
        match self.first(name) {
            None | Some("") => Ok(default),
            Some(text) => text
                .parse::<i64>()
                .ok()
                .and_then(|number| usize::try_from(number).ok())
                .ok_or_else(|| {
                    JiraError::bad_request(format!(
                        "The '{name}' parameter is not valid: '{text}'."
                    ))
                }),
        }
    }

    /// `startAt` and `maxResults`, the latter cut to what Jira gives.
    pub(crate) fn page(&self, default: usize, limit: usize) -> Outcome<(usize, usize)> {
        let start = self.number("startAt", 0)?;
        let max = self.number("maxResults", default)?.min(limit);
        Ok((start, max))
    }

    /// Whether a comma list such as `expand` names this item.
    pub(crate) fn has(&self, name: &str, item: &str) -> bool {
        self.list(name).iter().any(|value| value == item)
    }
}
