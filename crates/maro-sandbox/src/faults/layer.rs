//! The middleware that applies fault rules and keeps the request log.
//!
//! A connection is closed by unwinding the task that serves it, without the
//! panic hook, so nothing is printed and the client sees what it would see of
//! a server that died: a connection that ends without an answer.

use std::{panic::resume_unwind, sync::Arc, time::Duration};

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::Request,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::stream;
use tokio::time::sleep;

use super::{Action, RetryAfter, Target};
use crate::{
    request_log::LoggedRequest,
    state::{SandboxState, lock},
};

/// More than any request or answer that either API takes.
const BODY_LIMIT: usize = 8 * 1024 * 1024;

/// Runs one request to `target` under the fault rules.
pub(crate) async fn apply(
    state: Arc<SandboxState>,
    target: Target,
    request: Request,
    next: Next,
) -> Response {
    let name = target.name();
    let (method, path) = (
        request.method().to_string(),
        request.uri().path().to_owned(),
    );
    lock(&state.log).arrived(name, &method, &path);
    let action = lock(&state.faults).take(target, &method, &path);
    let fault = action.as_ref().map(|action| format!("{action:?}"));

    let outcome = match action {
        None => Some(next.run(request).await),
        Some(action) => act(&state, target, action, request, next).await,
    };

    let status = outcome.as_ref().map(|response| response.status().as_u16());
    let at = state.clock.now();
    lock(&state.log).ended(LoggedRequest {
        at,
        target: name,
        method,
        path,
        status,
        fault,
    });
    state.changed();
    // Not a panic: the hook is not run and nothing is printed.
    outcome.unwrap_or_else(|| resume_unwind(Box::new("connection dropped by a fault rule")))
}

/// Does what the rule says. `None` means that the connection is to be closed.
async fn act(
    state: &Arc<SandboxState>,
    target: Target,
    action: Action,
    request: Request,
    next: Next,
) -> Option<Response> {
    match action {
        Action::Status {
            status,
            retry_after,
            reason,
            body,
        } => {
            let mut response = refusal(target, status, body);
            limit_headers(
                response.headers_mut(),
                state.clock.now(),
                retry_after.as_ref(),
                reason.as_deref(),
            );
            Some(response)
        }
        Action::Delay { ms } => {
            sleep(Duration::from_millis(ms)).await;
            Some(next.run(request).await)
        }
        Action::Hang => {
            state.shutdown.cancelled().await;
            None
        }
        Action::DropBefore => None,
        Action::DropAfter => {
            whole(next.run(request).await).await;
            None
        }
        Action::Truncate => Some(halved(next.run(request).await, false).await),
        Action::CutOff => Some(halved(next.run(request).await, true).await),
        Action::Html { status } => Some(html(status)),
        Action::Late { ms } => {
            run_later(state, Duration::from_millis(ms), request, next).await;
            None
        }
        Action::LateAnswer { ms } => {
            let response = next.run(request).await;
            sleep(Duration::from_millis(ms)).await;
            Some(response)
        }
    }
}

/// Waits for the end of an answer: what is streamed may be made while it is read.
async fn whole(response: Response) {
    let _ = to_bytes(response.into_body(), BODY_LIMIT).await;
}

/// Reads the whole request while the connection still stands, and runs it later.
async fn run_later(state: &Arc<SandboxState>, wait: Duration, request: Request, next: Next) {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY_LIMIT).await else {
        return;
    };
    let shutdown = state.shutdown.clone();
    let changed = Arc::clone(state);
    state.tasks.spawn(async move {
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = sleep(wait) => {
                whole(next.run(Request::from_parts(parts, Body::from(body))).await).await;
                changed.changed();
            }
        }
    });
}

fn refusal(target: Target, status: u16, body: Option<String>) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = body.unwrap_or_else(|| usual_body(target, status));
    let json = [(header::CONTENT_TYPE, "application/json;charset=UTF-8")];
    (status, json, body).into_response()
}

/// `Retry-After`, and what Jira Cloud adds when it says which limit was hit.
/// <https://developer.atlassian.com/cloud/jira/platform/rate-limiting/>
fn limit_headers(
    headers: &mut HeaderMap,
    now: DateTime<Utc>,
    retry_after: Option<&RetryAfter>,
    reason: Option<&str>,
) {
    let (wait, text) = match retry_after {
        None => (0, None),
        Some(RetryAfter::Seconds(seconds)) => (*seconds, Some(seconds.to_string())),
        Some(RetryAfter::Date(seconds)) => {
            let at = now + TimeDelta::seconds(i64::from(*seconds));
            let date = at.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
            (*seconds, Some(date))
        }
    };
    let reset = now + TimeDelta::seconds(i64::from(wait));
    let counters = reason.map(|_| reset.format("%Y-%m-%dT%H:%MZ").to_string());
    let mut insert = |name: &'static str, value: Option<&str>| {
        if let Some(value) = value.and_then(|value| HeaderValue::from_str(value).ok()) {
            headers.insert(name, value);
        }
    };
    insert("retry-after", text.as_deref());
    insert("ratelimit-reason", reason);
    insert("x-ratelimit-limit", reason.map(|_| "100"));
    insert("x-ratelimit-remaining", reason.map(|_| "0"));
    insert("x-ratelimit-reset", counters.as_deref());
}

fn usual_body(target: Target, status: StatusCode) -> String {
    let reason = status.canonical_reason().unwrap_or("error");
    match (target, status) {
        (Target::Slack, StatusCode::TOO_MANY_REQUESTS) => {
            r#"{"ok":false,"error":"ratelimited"}"#.into()
        }
        (Target::Slack, _) => r#"{"ok":false,"error":"internal_error"}"#.into(),
        (Target::Atlassian, _) => {
            serde_json::json!({ "code": status.as_u16(), "message": reason }).to_string()
        }
        (Target::Mcp, _) => serde_json::json!({ "error": reason }).to_string(),
        (Target::Confluence, _) => {
            serde_json::json!({ "statusCode": status.as_u16(), "message": reason }).to_string()
        }
        _ => serde_json::json!({ "errorMessages": [reason], "errors": {} }).to_string(),
    }
}

fn html(status: u16) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    let page = "<!DOCTYPE html><html><head><title>Gateway</title></head>\
                <body><h1>Something is between you and the server.</h1></body></html>";
    (
        status,
        [(header::CONTENT_TYPE, "text/html; charset=utf-8")],
        page,
    )
        .into_response()
}

/// Half of the body; `broken` closes the connection in the middle of it.
async fn halved(response: Response, broken: bool) -> Response {
    let (mut parts, body) = response.into_parts();
    let body = to_bytes(body, BODY_LIMIT).await.unwrap_or_default();
    let half = body.slice(..body.len() / 2);
    parts.headers.remove(header::CONTENT_LENGTH);
    if !broken {
        return Response::from_parts(parts, Body::from(half));
    }
    parts
        .headers
        .insert(header::CONTENT_LENGTH, body.len().into());
    let pieces: [Result<Bytes, std::io::Error>; 2] = [
        Ok(half),
        Err(std::io::Error::other("connection dropped by a fault rule")),
    ];
    Response::from_parts(parts, Body::from_stream(stream::iter(pieces)))
}
