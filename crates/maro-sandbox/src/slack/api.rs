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
    methods::{self, Call, Method, Token},
    workspace::Workspace,
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
    let mut response = match outcome {
        Ok(body) => Json(body).into_response(),
        Err(err) => refusal(&err),
    };
    if let Ok(scopes) = HeaderValue::from_str(&scopes) {
        response.headers_mut().insert("x-oauth-scopes", scopes);
    }
    response
}

fn refusal(err: &SlackError) -> Response {
    match err.retry_after {
        None => Json(err.body()).into_response(),
        Some(seconds) => {
            let retry_after = [(header::RETRY_AFTER, seconds.to_string())];
            (StatusCode::TOO_MANY_REQUESTS, retry_after, Json(err.body())).into_response()
        }
    }
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
    // The token comes in the header, or as a form argument; never in JSON.
    let form = Args::from_form(body).unwrap_or_default();
    let token = match method.token {
        Token::App => bearer(headers),
        Token::Bot if is_json => bearer(headers).or_else(|| args.text("token")),
        Token::Bot => bearer(headers)
            .or_else(|| form.text("token"))
            .or_else(|| args.text("token")),
    };
    let workspace = authenticate(state, method.token, token)?;
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
    let mut answer = (method.run)(&Call {
        state: &workspace,
        args: &args,
    })?;
    answer["ok"] = true.into();
    if is_json && !kind.to_ascii_lowercase().contains("charset") {
        answer["warning"] = "missing_charset".into();
        answer["response_metadata"]["warnings"] = json!(["missing_charset"]);
    }
    Ok(answer)
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers
        .get(header::AUTHORIZATION)?
        .to_str()
        .ok()?
        .strip_prefix("Bearer ")
}

/// Finds the workspace that a token is good for.
fn authenticate(
    state: &Arc<SandboxState>,
    kind: Token,
    token: Option<&str>,
) -> Result<Workspace, SlackError> {
    let token = token
        .map(str::trim)
        .filter(|token| !token.is_empty())
        .ok_or_else(|| SlackError::new("not_authed"))?;
    let is = |right: &str| bool::from(token.as_bytes().ct_eq(right.as_bytes()));
    let found = if is(&state.options.slack_bot_token) {
        Token::Bot
    } else if is(&state.options.slack_app_token) {
        Token::App
    } else {
        return Err(SlackError::new("invalid_auth"));
    };
    if found != kind {
        return Err(SlackError::new("not_allowed_token_type"));
    }
    Ok(Workspace::main(state))
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
