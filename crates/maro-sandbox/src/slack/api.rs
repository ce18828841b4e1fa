//! Receives Web API calls: arguments, token, scope, then the method.
//!
//! Everything is answered with HTTP 200 and `ok`, except a rate limit.

use std::sync::Arc;

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, RawQuery, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::any,
};
use serde_json::{Value, json};
use subtle::ConstantTimeEq;

use super::{
    args::Args,
    error::SlackError,
    methods::{self, Call, Method},
};
use crate::state::{SandboxState, lock};

/// `/{method}`, nested under `/slack/api`.
pub(crate) fn api_router(state: Arc<SandboxState>) -> Router {
    Router::new()
        .route("/{method}", any(receive))
        .with_state(state)
}

async fn receive(
    State(state): State<Arc<SandboxState>>,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let scopes = lock(&state.settings).scopes.join(",");
    let outcome = answer(&state, &name, query.as_deref(), &headers, &body);
    state.changed();
    let body = outcome.unwrap_or_else(|err| err.body());
    let mut response = if body["error"] == "ratelimited" {
        let retry_after = [(header::RETRY_AFTER, HeaderValue::from_static("1"))];
        (StatusCode::TOO_MANY_REQUESTS, retry_after, Json(body)).into_response()
    } else {
        Json(body).into_response()
    };
    if let Ok(scopes) = HeaderValue::from_str(&scopes) {
        response.headers_mut().insert("x-oauth-scopes", scopes);
    }
    response
}

fn answer(
    state: &Arc<SandboxState>,
    name: &str,
    query: Option<&str>,
    headers: &HeaderMap,
    body: &Bytes,
) -> Result<Value, SlackError> {
    let Some(method) = methods::find(name) else {
        return Err(SlackError::new("unknown_method").field("req_method", name));
    };
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    let kind = kind.unwrap_or_default();
    let is_json = kind.starts_with("application/json");
    let mut args = Args::from_form(query.unwrap_or_default().as_bytes())?;
    authenticate(state, headers, is_json, &args, body)?;
    if !body.is_empty() {
        args.merge(match (is_json, kind) {
            // Reading methods take forms only and do not look at JSON at all.
            (true, _) if !method.accepts_json => Args::default(),
            (true, _) => Args::from_json(body)?,
            (_, form) if form.starts_with("application/x-www-form-urlencoded") => {
                Args::from_form(body)?
            }
            _ => return Err(SlackError::new("invalid_post_type")),
        });
    }
    check_scope(state, method)?;
    let mut answer = (method.run)(&Call { state, args: &args })?;
    answer["ok"] = true.into();
    if is_json && !kind.to_ascii_lowercase().contains("charset") {
        answer["warning"] = "missing_charset".into();
        answer["response_metadata"]["warnings"] = json!(["missing_charset"]);
    }
    Ok(answer)
}

/// The token comes in the header, or as a form argument; never in JSON.
fn authenticate(
    state: &SandboxState,
    headers: &HeaderMap,
    is_json: bool,
    query: &Args,
    body: &Bytes,
) -> Result<(), SlackError> {
    let bearer = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "));
    let form = if is_json {
        Args::default()
    } else {
        Args::from_form(body).unwrap_or_default()
    };
    let token = bearer
        .or_else(|| form.text("token"))
        .or_else(|| query.text("token"));
    let Some(token) = token.map(str::trim).filter(|token| !token.is_empty()) else {
        return Err(SlackError::new("not_authed"));
    };
    let right = state.options.slack_bot_token.as_bytes();
    if bool::from(token.as_bytes().ct_eq(right)) {
        return Ok(());
    }
    Err(SlackError::new("invalid_auth"))
}

fn check_scope(state: &SandboxState, method: &Method) -> Result<(), SlackError> {
    let provided = lock(&state.settings).scopes.clone();
    if method.scope.is_empty() || provided.iter().any(|scope| scope == method.scope) {
        return Ok(());
    }
    Err(SlackError::new("missing_scope")
        .field("needed", method.scope)
        .field("provided", provided.join(",")))
}
