//! Who calls: a personal access token as Bearer, or user name and password.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use data_encoding::BASE64;
use serde_json::json;
use subtle::ConstantTimeEq;

use super::super::Shared;
use crate::jira::http::reply;
use crate::jira::site::TOKEN_ACCOUNT;
use crate::options::SandboxOptions;
use crate::state::lock;

/// Lets only callers with the right token or password pass.
pub(super) async fn require(State(state): State<Shared>, request: Request, next: Next) -> Response {
    let name = lock(&state.jira)
        .find_account(TOKEN_ACCOUNT)
        .map(|account| account.username().to_owned())
        .unwrap_or_default();
    if !is_right(request.headers(), &state.options, &name) {
        return refusal(&state);
    }
    let mut response = next.run(request).await;
    if let Ok(name) = HeaderValue::from_str(&name) {
        response.headers_mut().insert("x-ausername", name);
    }
    response
}

fn is_right(headers: &HeaderMap, options: &SandboxOptions, name: &str) -> bool {
    let given = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '));
    let Some((scheme, secret)) = given else {
        return false;
    };
    match scheme.to_ascii_lowercase().as_str() {
        "bearer" => same(secret.trim().as_bytes(), &options.jira_personal_token),
        "basic" => BASE64
            .decode(secret.trim().as_bytes())
            .is_ok_and(|given| same(&given, &format!("{name}:{}", options.jira_api_token))),
        _ => false,
    }
}

fn same(given: &[u8], expected: &str) -> bool {
    given.ct_eq(expected.as_bytes()).into()
}

fn refusal(state: &Shared) -> Response {
    let text = "Client must be authenticated to access this resource.";
    let body = json!({"message": text, "status-code": 401});
    let mut response = reply(StatusCode::UNAUTHORIZED, &body);
    let realm = format!("OAuth realm=\"{}dc%2Fjira\"", state.base_url());
    if let Ok(realm) = HeaderValue::from_str(&realm) {
        response
            .headers_mut()
            .insert(header::WWW_AUTHENTICATE, realm);
    }
    response.headers_mut().insert(
        "x-seraph-loginreason",
        HeaderValue::from_static("AUTHENTICATED_FAILED"),
    );
    response
}
