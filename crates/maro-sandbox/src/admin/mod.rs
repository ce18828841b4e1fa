//! The control of the sandbox: acting as people, faults, time, settings, oracles.
//!
//! | path | what it does |
//! |---|---|
//! | `GET /admin/health` | says that the sandbox runs |
//! | `GET /admin/state` | everything: Slack, Jira, OAuth, request log, faults, settings |
//! | `GET /admin/view` | what the page shows of Slack and Jira |
//! | `GET /admin/events` | a server-sent event at every change |
//! | `POST /admin/reset` | back to the start |
//! | `GET, POST /admin/settings` | reads, merges into the settings |
//! | `POST /admin/clock` | `{advance_ms}` moves the simulated time forward |
//! | `POST /admin/point-at` | `{url}` sends deliveries to another Maro |
//! | `GET, POST, DELETE /admin/faults` | lists, adds, clears fault rules |
//! | `POST /admin/slack/…` | `command`, `click`, `shortcut`, `say`, `submit`, `close`, `suggest`, `home`, `verify-url`, `ssl-check` |
//! | `POST /admin/slack/channel` | `{channel, archived?, restricted?, invited?, deleted?}` changes a channel |
//! | `GET, POST /admin/slack/socket` | connections of Socket Mode; `{do: drop|stall|warn|refresh|disable|say}` meddles |
//! | `/admin/slack/…` | `app`, `install`, `uninstall`, `revoke`, `expire`: the app and its tokens |
//! | `/admin/jira/…` | what people do in Jira |
//! | `/admin/atlassian/…` | the OAuth app, grants and their tokens |
//! | `/admin/confluence/…` | what people do in Confluence |
//! | `/admin/mcp/…` | sessions, quirks and settings of the MCP servers |
//!
//! Bodies are JSON, so a web page of another origin cannot send them.

mod events;
mod faults;
mod slack;
mod world;

use std::sync::Arc;

use axum::{
    Json, Router,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde_json::json;

use crate::{
    atlassian, confluence,
    jira::{self, JiraSite},
    mcp,
    state::SandboxState,
};

/// Everything under `/admin`.
pub(crate) fn router(state: Arc<SandboxState>) -> Router {
    let jira = jira::admin_router(JiraSite::main(&state));
    let atlassian = atlassian::admin_router(Arc::clone(&state));
    let confluence = confluence::admin_router(Arc::clone(&state));
    let mcp = mcp::admin_router(Arc::clone(&state));
    Router::new()
        .route("/health", get(world::health))
        .route("/state", get(world::state))
        .route("/view", get(world::view))
        .route("/reset", post(world::reset))
        .route(
            "/settings",
            get(world::settings).post(world::change_settings),
        )
        .route("/clock", post(world::advance))
        .route("/point-at", post(world::point_at))
        .route("/events", get(events::stream))
        .route(
            "/faults",
            get(faults::list).post(faults::add).delete(faults::clear),
        )
        .nest("/slack", slack::router())
        .with_state(state)
        .nest("/jira", jira)
        .nest("/atlassian", atlassian)
        .nest("/confluence", confluence)
        .nest("/mcp", mcp)
}

/// A refusal that says why.
struct Refusal(String);

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (StatusCode::BAD_REQUEST, Json(json!({ "error": self.0 }))).into_response()
    }
}
