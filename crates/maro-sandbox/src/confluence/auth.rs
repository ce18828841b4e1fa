//! Who calls Confluence, by edition and by road.
//!
//! The site takes Basic with e-mail address and API token, Data Center a
//! personal token. What comes through the gateway was checked there; its access
//! token is worth nothing on the site.

use std::sync::Arc;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use data_encoding::BASE64;
use serde_json::json;
use subtle::ConstantTimeEq;

use super::Edition;
use super::error::{Outcome, Trouble};
use super::http::reply;
use crate::atlassian::Grantee;
use crate::jira::TOKEN_ACCOUNT;
use crate::options::SandboxOptions;
use crate::state::SandboxState;

/// The account that asks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Caller(pub(crate) &'static str);

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Outcome<Self> {
        parts
            .extensions
            .get::<Self>()
            .copied()
            .ok_or_else(|| Trouble::new(StatusCode::UNAUTHORIZED, "Authentication required."))
    }
}

/// Lets only callers with the right credentials pass.
pub(super) async fn require(
    State((state, edition)): State<(Arc<SandboxState>, Edition)>,
    mut request: Request,
    next: Next,
) -> Response {
    let grantee = request.extensions().get::<Grantee>();
    let account = match grantee {
        Some(grantee) => Some(grantee.account),
        None => caller(edition, &state.options, request.headers()),
    };
    match account {
        Some(account) => {
            request.extensions_mut().insert(Caller(account));
            next.run(request).await
        }
        None => refusal(),
    }
}

fn caller(edition: Edition, options: &SandboxOptions, headers: &HeaderMap) -> Option<&'static str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    let right = match (edition, scheme.to_ascii_lowercase().as_str()) {
        (_, "basic") => {
            let expected = format!("{}:{}", options.jira_username, options.jira_api_token);
            BASE64
                .decode(token.trim().as_bytes())
                .is_ok_and(|given| given.ct_eq(expected.as_bytes()).into())
        }
        (Edition::DataCenter, "bearer") => token
            .trim()
            .as_bytes()
            .ct_eq(options.jira_personal_token.as_bytes())
            .into(),
        _ => false,
    };
    right.then_some(TOKEN_ACCOUNT)
}

fn refusal() -> Response {
    let body = json!({
        "statusCode": 401,
        "message": "Client must be authenticated to access this resource.",
    });
    let mut response = reply(StatusCode::UNAUTHORIZED, &body);
    response.headers_mut().insert(
        header::WWW_AUTHENTICATE,
        HeaderValue::from_static("Basic realm=\"protected-area\""),
    );
    response
}
