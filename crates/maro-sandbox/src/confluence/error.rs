//! Errors in Confluence's shapes: one for version 2, one for version 1, worded per edition.
//!
//! Handlers say what went wrong as [`Trouble`]; how it looks is decided by the
//! path that the request came in by, in a layer around each version.

use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::Edition;
use super::http::reply;

/// What the inner functions return.
pub(crate) type Outcome<T> = Result<T, Trouble>;

/// An error before it has a shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Trouble {
    pub(crate) status: StatusCode,
    pub(crate) text: String,
}

impl Trouble {
    pub(crate) fn bad_request(text: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, text)
    }

    pub(crate) fn not_found(text: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, text)
    }

    pub(crate) fn conflict(text: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, text)
    }

    pub(crate) fn new(status: StatusCode, text: impl Into<String>) -> Self {
        Self {
            status,
            text: text.into(),
        }
    }

    /// Without content that can be seen, Confluence does not tell which it is.
    pub(crate) fn no_content(id: &str) -> Self {
        Self::not_found(format!("No content found with id: ContentId{{id={id}}}"))
    }

    /// `{"errors": [{status, code, title, detail}]}`.
    fn as_v2(&self) -> Response {
        let code = match self.status {
            StatusCode::NOT_FOUND => "NOT_FOUND",
            StatusCode::CONFLICT => "CONFLICT",
            StatusCode::UNAUTHORIZED => "UNAUTHORIZED",
            StatusCode::FORBIDDEN => "FORBIDDEN",
            StatusCode::BAD_REQUEST => "INVALID_REQUEST_PARAMETER",
            _ => "ERROR",
        };
        let error = json!({
            "status": self.status.as_u16(), "code": code, "title": self.text, "detail": Value::Null,
        });
        reply(self.status, &json!({"errors": [error]}))
    }

    /// `{statusCode, data, message}`; Cloud puts the name of the exception before it.
    fn as_v1(&self, edition: Edition) -> Response {
        let exception = match self.status {
            StatusCode::NOT_FOUND => "NotFoundException",
            StatusCode::CONFLICT => "ConflictException",
            StatusCode::FORBIDDEN => "PermissionException",
            StatusCode::GONE => "GoneException",
            _ => "BadRequestException",
        };
        let mut body = json!({
            "statusCode": self.status.as_u16(),
            "data": {
                "authorized": self.status != StatusCode::NOT_FOUND && self.status != StatusCode::FORBIDDEN,
                "valid": self.status != StatusCode::BAD_REQUEST,
                "allowedInReadOnlyMode": true, "errors": [], "successful": false,
            },
            "message": self.text,
        });
        match edition {
            Edition::Cloud => {
                body["message"] = json!(format!(
                    "com.atlassian.confluence.api.service.exceptions.{exception}: {}",
                    self.text
                ));
            }
            Edition::DataCenter => body["reason"] = json!(self.status.canonical_reason()),
        }
        reply(self.status, &body)
    }
}

impl IntoResponse for Trouble {
    /// A carrier: the layer of the version gives it its shape.
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// The layer of version 2.
pub(super) async fn shape_v2(mut response: Response) -> Response {
    match response.extensions_mut().remove::<Trouble>() {
        Some(trouble) => trouble.as_v2(),
        None => response,
    }
}

/// The layer of version 1 of Cloud.
pub(super) async fn shape_cloud_v1(mut response: Response) -> Response {
    match response.extensions_mut().remove::<Trouble>() {
        Some(trouble) => trouble.as_v1(Edition::Cloud),
        None => response,
    }
}

/// The layer of version 1 of Data Center.
pub(super) async fn shape_data_center(mut response: Response) -> Response {
    match response.extensions_mut().remove::<Trouble>() {
        Some(trouble) => trouble.as_v1(Edition::DataCenter),
        None => response,
    }
}

/// A path that no resource has.
pub(super) async fn unknown_path(request: Request) -> Response {
    let message = format!("null for uri: {}", request.uri());
    reply(
        StatusCode::NOT_FOUND,
        &json!({"statusCode": 404, "message": message}),
    )
}

/// A method that a resource does not have.
pub(super) async fn wrong_method() -> Response {
    let body = json!({"statusCode": 405, "message": "HTTP 405 Method Not Allowed"});
    reply(StatusCode::METHOD_NOT_ALLOWED, &body)
}
