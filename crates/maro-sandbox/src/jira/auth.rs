//! Who calls: Basic with e-mail address and API token, or the token as Bearer.
//!
//! Whoever comes through Atlassian's gateway was checked there; an access token
//! on the site's own address is a wrong token, as on the real site. Comparisons take constant time. A wrong token is a 401 with Jira's headers;
//! nothing is read of the request before that.

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use data_encoding::BASE64;
use subtle::ConstantTimeEq;

use super::JiraSite;
use super::error::JiraError;
use super::http::ApiVersion;
use super::site::TOKEN_ACCOUNT;
use super::views::View;
use crate::atlassian::Grantee;
use crate::options::SandboxOptions;
use crate::state::SandboxState;

/// What the credentials of a request are worth.
enum Credentials {
    None,
    Wrong,
    Right,
}

/// Lets only callers with the right token pass.
pub(crate) async fn require(
    State(state): State<JiraSite>,
    request: Request,
    next: Next,
) -> Response {
    if request.extensions().get::<Grantee>().is_some() {
        return next.run(request).await;
    }
    match check(request.headers(), &state.options) {
        Credentials::Right => next.run(request).await,
        Credentials::Wrong => refusal(
            &state,
            "Client must be authenticated to access this resource.",
            true,
        ),
        Credentials::None => refusal(
            &state,
            "You are not authenticated. Authentication required to perform this operation.",
            false,
        ),
    }
}

fn check(headers: &HeaderMap, options: &SandboxOptions) -> Credentials {
    let Some(value) = headers.get(header::AUTHORIZATION) else {
        return Credentials::None;
    };
    let right = value
        .to_str()
        .ok()
        .and_then(|value| value.split_once(' '))
        .is_some_and(
            |(scheme, token)| match scheme.to_ascii_lowercase().as_str() {
                "basic" => {
                    let expected = format!("{}:{}", options.jira_username, options.jira_api_token);
                    BASE64
                        .decode(token.trim().as_bytes())
                        .is_ok_and(|given| same(&given, expected.as_bytes()))
                }
                "bearer" => same(token.trim().as_bytes(), options.jira_api_token.as_bytes()),
                _ => false,
            },
        );
    if right {
        Credentials::Right
    } else {
        Credentials::Wrong
    }
}

fn same(given: &[u8], expected: &[u8]) -> bool {
    given.ct_eq(expected).into()
}

fn refusal(state: &SandboxState, text: &str, failed: bool) -> Response {
    let mut response = JiraError::message(StatusCode::UNAUTHORIZED, text).into_response();
    let realm = format!("OAuth realm=\"{}jira\"", state.base_url());
    let headers = response.headers_mut();
    if let Ok(realm) = HeaderValue::from_str(&realm) {
        headers.insert(header::WWW_AUTHENTICATE, realm);
    }
    if failed {
        headers.insert(
            "X-Seraph-LoginReason",
            HeaderValue::from_static("AUTHENTICATED_FAILED"),
        );
    }
    response
}

/// The view of whoever passed [`require`].
pub(crate) struct Caller(pub(crate) View);

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = JiraError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, JiraError> {
        let version = parts
            .extensions
            .get::<ApiVersion>()
            .copied()
            .unwrap_or(ApiVersion::V3);
        let viewer = parts
            .extensions
            .get::<Grantee>()
            .map_or(TOKEN_ACCOUNT, |grantee| grantee.account);
        Ok(Self(View { version, viewer }))
    }
}
