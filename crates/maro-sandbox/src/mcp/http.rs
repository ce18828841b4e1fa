//! Streamable HTTP: POST for messages, GET for what the server tells, DELETE to end a session.
//!
//! See <https://modelcontextprotocol.io/specification/2025-11-25/basic/transports>. A tool
//! that was called runs to its end, also when the caller hangs up.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use async_stream::stream;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{Html, IntoResponse, Response};
use serde_json::{Map, Value, json};
use tokio::sync::oneshot;

use super::auth::{self, Credentials};
use super::quirks::Kind;
use super::rpc::{self, Incoming};
use super::{Server, catalogue};
use crate::state::lock;

const SESSION: HeaderName = HeaderName::from_static("mcp-session-id");
const PROTOCOL: HeaderName = HeaderName::from_static("mcp-protocol-version");

/// One request of a client, checked.
pub(super) struct Asked {
    pub(super) id: Value,
    pub(super) method: String,
    pub(super) params: Map<String, Value>,
    pub(super) credentials: Credentials,
    /// Whether `?tools=all` asks for a flat list.
    pub(super) flat: bool,
}

/// `POST`
pub(super) async fn message(
    State(server): State<Server>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Some(credentials) = auth::read(&server, &headers) else {
        return auth::refusal(&server);
    };
    if let Err(refused) = acceptable(&headers) {
        return refused.into_response();
    }
    match rpc::read(&body) {
        Err(error) => (StatusCode::BAD_REQUEST, Json(error)).into_response(),
        Ok(Incoming::Notification { method }) => notified(&server, &headers, &method),
        Ok(Incoming::Request { id, method, params }) => {
            let asked = Asked {
                id,
                method,
                params,
                credentials,
                flat: query.is_some_and(|query| query.split('&').any(|part| part == "tools=all")),
            };
            answer(server, &headers, asked).await
        }
    }
}

/// Clients must take both forms, whichever they get.
fn acceptable(headers: &HeaderMap) -> Result<(), Refused> {
    let text = |name: HeaderName| {
        headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_ascii_lowercase()
    };
    let accept = text(header::ACCEPT);
    if !accept.contains("application/json") || !accept.contains("text/event-stream") {
        let what = "Not Acceptable: Client must accept both application/json and text/event-stream";
        return Err(refused(
            StatusCode::NOT_ACCEPTABLE,
            rpc::INVALID_REQUEST,
            what,
        ));
    }
    if !text(header::CONTENT_TYPE).starts_with("application/json") {
        let what = "Unsupported Media Type: Content-Type must be application/json";
        return Err(refused(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            rpc::INVALID_REQUEST,
            what,
        ));
    }
    Ok(())
}

/// A request that the transport does not take.
struct Refused {
    status: StatusCode,
    code: i64,
    what: String,
}

fn refused(status: StatusCode, code: i64, what: impl Into<String>) -> Refused {
    Refused {
        status,
        code,
        what: what.into(),
    }
}

fn no_session() -> Refused {
    let what = "Session not found";
    refused(StatusCode::NOT_FOUND, rpc::NO_SESSION, what)
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let body = rpc::error(&Value::Null, self.code, &self.what);
        (self.status, Json(body)).into_response()
    }
}

/// The id of a session that this server knows, or the refusal.
fn session(server: &Server, headers: &HeaderMap) -> Result<String, Refused> {
    let Some(id) = headers.get(&SESSION).and_then(|value| value.to_str().ok()) else {
        let what = "Bad Request: Missing session ID";
        return Err(refused(StatusCode::BAD_REQUEST, rpc::INVALID_REQUEST, what));
    };
    if lock(&server.world.mcp)
        .sessions
        .find(server.profile, id)
        .is_none()
    {
        return Err(no_session());
    }
    let version = headers.get(&PROTOCOL).and_then(|value| value.to_str().ok());
    match version {
        Some(version) if !server.profile.protocols().contains(&version) => {
            let what = format!("Bad Request: Unsupported protocol version: {version}");
            Err(refused(
                StatusCode::BAD_REQUEST,
                rpc::INVALID_REQUEST,
                &what,
            ))
        }
        _ => Ok(id.to_owned()),
    }
}

fn notified(server: &Server, headers: &HeaderMap, method: &str) -> Response {
    let id = match session(server, headers) {
        Ok(id) => id,
        Err(refused) => return refused.into_response(),
    };
    if method == "notifications/initialized"
        && let Some(session) = lock(&server.world.mcp).sessions.find(server.profile, &id)
    {
        session.ready = true;
    }
    StatusCode::ACCEPTED.into_response()
}

async fn answer(server: Server, headers: &HeaderMap, asked: Asked) -> Response {
    if asked.method == "initialize" {
        return initialize(&server, &asked).await;
    }
    let session = match session(&server, headers) {
        Ok(session) => session,
        Err(refused) => return refused.into_response(),
    };
    let ready = lock(&server.world.mcp)
        .sessions
        .find(server.profile, &session)
        .is_some_and(|session| session.ready);
    if !ready && asked.method != "ping" {
        let what = "Received request before initialization was complete";
        let error = rpc::error(&asked.id, rpc::INVALID_PARAMS, what);
        return Json(error).into_response();
    }
    let quirk = take_quirk(&server, &asked);
    match quirk {
        Some(Kind::Status {
            status,
            retry_after,
        }) => bare(status, retry_after.as_deref()),
        Some(Kind::Html) => Html(SIGN_IN).into_response(),
        Some(Kind::LostSession) => {
            lock(&server.world.mcp)
                .sessions
                .end(server.profile, &session);
            no_session().into_response()
        }
        quirk => run(server, asked, quirk),
    }
}

const SIGN_IN: &str = "<!DOCTYPE html><html><head><title>Log in with Atlassian account</title></head>\
    <body><h1>Log in to continue</h1></body></html>";

fn take_quirk(server: &Server, asked: &Asked) -> Option<Kind> {
    let name = match asked.method.as_str() {
        "tools/call" => asked.params.get("name").and_then(Value::as_str)?,
        method @ "tools/list" => method,
        _ => return None,
    };
    lock(&server.world.mcp).quirks.take(server.profile, name)
}

fn bare(status: u16, retry_after: Option<&str>) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let reason = status.canonical_reason().unwrap_or("error");
    let mut response = (status, Json(json!({"error": reason}))).into_response();
    if let Some(value) = retry_after.and_then(|text| HeaderValue::from_str(text).ok()) {
        response.headers_mut().insert(header::RETRY_AFTER, value);
    }
    response
}

async fn initialize(server: &Server, asked: &Asked) -> Response {
    let quirk = lock(&server.world.mcp)
        .quirks
        .take(server.profile, "initialize");
    match quirk {
        Some(Kind::Status {
            status,
            retry_after,
        }) => return bare(status, retry_after.as_deref()),
        Some(Kind::Html) => return Html(SIGN_IN).into_response(),
        Some(Kind::Slow { ms }) => tokio::time::sleep(Duration::from_millis(ms)).await,
        Some(Kind::Hang | Kind::HangAfter) => server.world.shutdown.cancelled().await,
        _ => {}
    }
    let protocols = server.profile.protocols();
    let wanted = asked.params.get("protocolVersion").and_then(Value::as_str);
    let protocol = wanted
        .and_then(|wanted| protocols.iter().find(|known| **known == wanted))
        .unwrap_or(&protocols[0]);
    let client = asked.params.get("clientInfo").cloned().unwrap_or_default();
    let session = lock(&server.world.mcp)
        .sessions
        .begin(server.profile, protocol, client);
    server.world.changed();
    let result = rpc::result(&asked.id, &catalogue::greeting(server.profile, protocol));
    let mut response = if lock(&server.world.mcp).settings.json_answers {
        Json(result).into_response()
    } else {
        one_event(&result)
    };
    if let Ok(value) = HeaderValue::from_str(&session) {
        response.headers_mut().insert(SESSION, value);
    }
    response
}

fn one_event(message: &Value) -> Response {
    let event = event(message);
    Sse::new(stream! { yield Ok::<_, Infallible>(event); }).into_response()
}

fn event(message: &Value) -> Event {
    Event::default().event("message").data(message.to_string())
}

/// Runs a request on its own, so that a caller who leaves does not stop it.
fn run(server: Server, asked: Asked, quirk: Option<Kind>) -> Response {
    let world = Arc::clone(&server.world);
    let json = lock(&world.mcp).settings.json_answers;
    let (done, result) = oneshot::channel();
    let working = Arc::clone(&world);
    world.tasks.spawn(async move {
        let work = catalogue::handle(server, asked, quirk);
        tokio::select! {
            () = working.shutdown.cancelled() => {}
            // Nobody may be waiting any more.
            message = work => drop(done.send(message)),
        }
        working.changed();
    });
    if json {
        return plain(result);
    }
    let events = stream! {
        if let Ok(message) = result.await {
            yield Ok::<_, Infallible>(event(&message));
        }
    };
    Sse::new(events)
        .keep_alive(KeepAlive::default())
        .into_response()
}

/// JSON whose bytes come when the work is done; the head of the answer comes at once.
fn plain(result: oneshot::Receiver<Value>) -> Response {
    let body = stream! {
        if let Ok(message) = result.await {
            yield Ok::<_, Infallible>(Bytes::from(message.to_string()));
        }
    };
    let kind = [(header::CONTENT_TYPE, "application/json")];
    (kind, axum::body::Body::from_stream(body)).into_response()
}

/// `GET`: what the server tells without being asked.
pub(super) async fn listen(State(server): State<Server>, headers: HeaderMap) -> Response {
    if auth::read(&server, &headers).is_none() {
        return auth::refusal(&server);
    }
    let id = match session(&server, &headers) {
        Ok(id) => id,
        Err(refused) => return refused.into_response(),
    };
    let receiver = lock(&server.world.mcp)
        .sessions
        .find(server.profile, &id)
        .filter(|session| !session.listening)
        .map(super::session::Session::listen);
    let Some(mut receiver) = receiver else {
        let what = "Conflict: Only one SSE stream is allowed per session";
        return refused(StatusCode::CONFLICT, rpc::INVALID_REQUEST, what).into_response();
    };
    let listening = Listening { server, id };
    let events = stream! {
        let shutdown = listening.server.world.shutdown.clone();
        loop {
            tokio::select! {
                () = shutdown.cancelled() => return,
                told = receiver.recv() => match told {
                    Ok(message) => yield Ok::<_, Infallible>(event(&message)),
                    Err(tokio::sync::broadcast::error::RecvError::Lagged(_)) => {}
                    Err(tokio::sync::broadcast::error::RecvError::Closed) => return,
                },
            }
        }
    };
    Sse::new(events)
        .keep_alive(KeepAlive::default())
        .into_response()
}

/// Lets the next listener in when this one leaves.
struct Listening {
    server: Server,
    id: String,
}

impl Drop for Listening {
    fn drop(&mut self) {
        let mut mcp = lock(&self.server.world.mcp);
        if let Some(session) = mcp.sessions.find(self.server.profile, &self.id) {
            session.listening = false;
        }
    }
}

/// `DELETE`: ends a session.
pub(super) async fn end(State(server): State<Server>, headers: HeaderMap) -> Response {
    if auth::read(&server, &headers).is_none() {
        return auth::refusal(&server);
    }
    match session(&server, &headers) {
        Ok(id) => {
            lock(&server.world.mcp).sessions.end(server.profile, &id);
            server.world.changed();
            StatusCode::OK.into_response()
        }
        Err(refused) => refused.into_response(),
    }
}
