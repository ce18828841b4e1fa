//! The control panel of the MCP servers. Mounted at `/admin/mcp`.
//!
//! | path | what it does |
//! |---|---|
//! | `GET /` | sessions, calls, quirks, settings |
//! | `GET, POST /settings` | reads, merges into the settings; who listens hears of changed tools |
//! | `GET, POST, DELETE /quirks` | lists, adds (one or a list), clears quirks |
//! | `POST /tools-changed` | says `notifications/tools/list_changed` |
//! | `POST /forget-sessions` | `{profile?}` forgets sessions, as a restart does |

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Map, Value, json};

use super::Profile;
use super::quirks::Quirk;
use super::rpc;
use super::state::{McpSettings, McpState};
use crate::state::{SandboxState, lock};

type Shared = Arc<SandboxState>;

/// The control panel's routes.
pub(crate) fn admin_router(state: Shared) -> Router {
    Router::new()
        .route("/", get(show))
        .route("/settings", get(settings).post(change_settings))
        .route("/quirks", get(quirks).post(add_quirks).delete(clear_quirks))
        .route("/tools-changed", post(tools_changed))
        .route("/forget-sessions", post(forget_sessions))
        .with_state(state)
}

/// Everything about the MCP servers as JSON.
pub(crate) fn snapshot(mcp: &McpState) -> Value {
    let calls: Vec<Value> = mcp.calls.iter().map(|(_, call)| json!(call)).collect();
    json!({
        "sessions": mcp.sessions.shown(), "calls": calls, "counts": mcp.counts,
        "quirks": mcp.quirks, "settings": mcp.settings,
    })
}

fn refusal(err: &serde_json::Error) -> Response {
    let body = json!({"error": err.to_string()});
    (StatusCode::BAD_REQUEST, Json(body)).into_response()
}

async fn show(State(state): State<Shared>) -> Json<Value> {
    Json(snapshot(&lock(&state.mcp)))
}

async fn settings(State(state): State<Shared>) -> Json<Value> {
    Json(json!(lock(&state.mcp).settings))
}

async fn change_settings(
    State(state): State<Shared>,
    Json(changes): Json<Map<String, Value>>,
) -> Response {
    let mut merged = json!(lock(&state.mcp).settings);
    if let Some(object) = merged.as_object_mut() {
        object.extend(changes);
    }
    match serde_json::from_value::<McpSettings>(merged) {
        Err(err) => return refusal(&err),
        Ok(merged) => lock(&state.mcp).settings = merged,
    }
    tell(&state);
    settings(State(state)).await.into_response()
}

async fn quirks(State(state): State<Shared>) -> Json<Value> {
    Json(json!(lock(&state.mcp).quirks))
}

async fn add_quirks(State(state): State<Shared>, Json(body): Json<Value>) -> Response {
    let list = match body {
        Value::Array(list) => list,
        one => vec![one],
    };
    let read: Result<Vec<Quirk>, _> = list.into_iter().map(serde_json::from_value).collect();
    match read {
        Err(err) => return refusal(&err),
        Ok(read) => lock(&state.mcp).quirks.0.extend(read),
    }
    quirks(State(state)).await.into_response()
}

async fn clear_quirks(State(state): State<Shared>) -> Json<Value> {
    lock(&state.mcp).quirks.0.clear();
    quirks(State(state)).await
}

fn tell(state: &SandboxState) {
    let message = rpc::notification("notifications/tools/list_changed");
    lock(&state.mcp).sessions.tell(None, &message);
    state.changed();
}

async fn tools_changed(State(state): State<Shared>) -> Json<Value> {
    tell(&state);
    Json(json!({"ok": true}))
}

async fn forget_sessions(
    State(state): State<Shared>,
    Json(body): Json<Map<String, Value>>,
) -> Response {
    let profile = body.get("profile").cloned().unwrap_or(Value::Null);
    match serde_json::from_value::<Option<Profile>>(profile) {
        Err(err) => refusal(&err),
        Ok(profile) => {
            let forgotten = lock(&state.mcp).sessions.forget(profile);
            state.changed();
            Json(json!({"forgotten": forgotten})).into_response()
        }
    }
}
