//! How auth.atlassian.com and api.atlassian.com say no.

use axum::{
    Json,
    http::{StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

/// An error of the token endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TokenRefusal {
    status: StatusCode,
    error: &'static str,
    description: &'static str,
}

impl TokenRefusal {
    /// The client id or secret is wrong.
    pub(crate) const CLIENT: Self = Self {
        status: StatusCode::UNAUTHORIZED,
        error: "access_denied",
        description: "Unauthorized",
    };
    /// The code is unknown, used, too old, or was sent elsewhere.
    pub(crate) const CODE: Self = Self {
        status: StatusCode::FORBIDDEN,
        error: "invalid_grant",
        description: "Invalid authorization code",
    };
    /// The verifier does not belong to the challenge.
    pub(crate) const VERIFIER: Self = Self {
        status: StatusCode::FORBIDDEN,
        error: "invalid_grant",
        description: "Failed to verify code verifier",
    };
    /// The refresh token was good once.
    pub(crate) const DEAD: Self = Self {
        status: StatusCode::FORBIDDEN,
        error: "invalid_grant",
        description: "Unknown or invalid refresh token.",
    };
    /// The refresh token was never given out.
    pub(crate) const UNKNOWN: Self = Self {
        status: StatusCode::FORBIDDEN,
        error: "unauthorized_client",
        description: "refresh_token is invalid",
    };

    /// A parameter is missing or of the wrong type.
    pub(crate) const fn request(description: &'static str) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            error: "invalid_request",
            description,
        }
    }

    /// The grant type is not one of the two.
    pub(crate) const GRANT_TYPE: Self = Self {
        status: StatusCode::FORBIDDEN,
        error: "unsupported_grant_type",
        description: "Unsupported grant type",
    };
}

impl IntoResponse for TokenRefusal {
    fn into_response(self) -> Response {
        let body = json!({ "error": self.error, "error_description": self.description });
        let uncached = [(header::CACHE_CONTROL, "no-store")];
        (self.status, uncached, Json(body)).into_response()
    }
}

/// The gateway's 401.
pub(crate) fn unauthorized() -> Response {
    gateway(StatusCode::UNAUTHORIZED, "Unauthorized")
}

/// The gateway's 401 for a token that lacks a scope.
pub(crate) fn wrong_scope() -> Response {
    gateway(
        StatusCode::UNAUTHORIZED,
        "Unauthorized; scope does not match",
    )
}

fn gateway(status: StatusCode, message: &str) -> Response {
    let body = json!({ "code": status.as_u16(), "message": message });
    (status, Json(body)).into_response()
}

/// The gateway's 404: no such site, no such product, or none that the token may see.
pub(crate) async fn no_such_path(uri: Uri) -> Response {
    not_found(uri.path())
}

/// The same for a path that is known already.
pub(crate) fn not_found(path: &str) -> Response {
    let body = json!({
        "status": 404, "error": "Not Found", "message": "No message available", "path": path,
    });
    (StatusCode::NOT_FOUND, Json(body)).into_response()
}
