//! What every Confluence endpoint shares of HTTP: JSON in, JSON out, parameters, cursors.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use data_encoding::BASE64URL_NOPAD;
use serde_json::{Map, Value, json};

use super::error::{Outcome, Trouble};
use crate::query::Params;

/// A JSON response.
pub(crate) fn reply(status: StatusCode, body: &Value) -> Response {
    (status, Json(body)).into_response()
}

/// A 200 with a JSON body.
pub(crate) fn ok(body: &Value) -> Response {
    reply(StatusCode::OK, body)
}

/// A 204.
pub(crate) fn no_content() -> Response {
    StatusCode::NO_CONTENT.into_response()
}

/// A JSON request body that must be an object.
pub(crate) struct JsonBody(pub(crate) Map<String, Value>);

/// A JSON request body of any type.
pub(crate) struct JsonValue(pub(crate) Value);

impl<S: Send + Sync> FromRequest<S> for JsonValue {
    type Rejection = Trouble;

    async fn from_request(request: Request, state: &S) -> Outcome<Self> {
        let is_json = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| value.starts_with("application/json"));
        if !is_json {
            return Err(Trouble::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "HTTP 415 Unsupported Media Type",
            ));
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|err| {
            Trouble::new(
                err.into_response().status(),
                "The request could not be read.",
            )
        })?;
        serde_json::from_slice(&bytes)
            .map(Self)
            .map_err(|_| Trouble::bad_request("Could not parse the request body as JSON."))
    }
}

impl<S: Send + Sync> FromRequest<S> for JsonBody {
    type Rejection = Trouble;

    async fn from_request(request: Request, state: &S) -> Outcome<Self> {
        match JsonValue::from_request(request, state).await?.0 {
            Value::Object(map) => Ok(Self(map)),
            _ => Err(Trouble::bad_request("The request body must be an object.")),
        }
    }
}

/// The id in a path; version 2 calls anything but a number a wrong type.
pub(crate) struct IdPath(pub(crate) u64);

impl<S: Send + Sync> FromRequestParts<S> for IdPath {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Outcome<Self> {
        let Path(mut pairs) = Path::<Vec<(String, String)>>::from_request_parts(parts, state)
            .await
            .map_err(|_| wrong_type("null"))?;
        let text = pairs
            .drain(..)
            .find(|(name, _)| name == "id")
            .map(|(_, text)| text)
            .unwrap_or_default();
        text.parse().map(Self).map_err(|_| wrong_type(&text))
    }
}

fn wrong_type(text: &str) -> Trouble {
    Trouble::bad_request(format!(
        "Provided value {{{text}}} for 'id' is not the correct type. Expected type is long"
    ))
}

/// A string or a number as an id; Confluence takes both.
pub(crate) fn id_of(value: Option<&Value>) -> Option<u64> {
    match value? {
        Value::String(text) => text.parse().ok(),
        Value::Number(number) => number.as_u64(),
        _ => None,
    }
}

/// One page of a list in version 2, with its cursor in the body and in a header.
///
/// `path` is the resource below `/wiki/api/v2`, `kept` the query without the cursor.
pub(crate) fn cursor_page(
    base: &str,
    path: &str,
    query: &[(String, String)],
    values: &[Value],
) -> Outcome<Response> {
    let first = |name: &str| {
        query
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    };
    let limit = match first("limit") {
        None => 25,
        Some(text) => text
            .parse::<usize>()
            .ok()
            .filter(|limit| (1..=250).contains(limit))
            .ok_or_else(|| {
                Trouble::bad_request(format!(
                    "Provided value {{{text}}} for 'limit' is not valid. Expected 1 to 250"
                ))
            })?,
    };
    let start = first("cursor").map_or(Ok(0), read_cursor)?;
    let page: Vec<&Value> = values.iter().skip(start).take(limit).collect();
    let end = start + page.len();
    let mut body = json!({"results": page, "_links": {"base": base}});
    let mut next = None;
    if end < values.len() {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(query.iter().filter(|(key, _)| key != "cursor"))
            .append_pair("cursor", &cursor(end))
            .finish();
        let link = format!("/wiki/api/v2{path}?{query}");
        body["_links"]["next"] = json!(link);
        next = HeaderValue::from_str(&format!("<{link}>; rel=\"next\"")).ok();
    }
    let mut response = ok(&body);
    if let Some(next) = next {
        response.headers_mut().insert(header::LINK, next);
    }
    Ok(response)
}

fn cursor(at: usize) -> String {
    let inside = json!({"id": at.to_string(), "contentOrder": "id", "contentOrderValue": at});
    BASE64URL_NOPAD.encode(inside.to_string().as_bytes())
}

fn read_cursor(text: &str) -> Outcome<usize> {
    BASE64URL_NOPAD
        .decode(text.as_bytes())
        .ok()
        .and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok())
        .and_then(|inside| inside["contentOrderValue"].as_u64())
        .and_then(|at| usize::try_from(at).ok())
        .ok_or_else(|| Trouble::bad_request("The provided cursor is invalid."))
}

impl Params {
    /// `start` and `limit` of version 1.
    pub(crate) fn window(&self) -> Outcome<(usize, usize)> {
        let number = |name: &str, default: usize| match self.first(name) {
            None | Some("") => Ok(default),
            Some(text) => text.parse().map_err(|_| {
                Trouble::bad_request(format!("Parameter '{name}' must be a number: '{text}'"))
            }),
        };
        Ok((number("start", 0)?, number("limit", 25)?.min(200)))
    }
}
