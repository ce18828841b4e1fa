//! The simulated world as a whole: state, reset, settings, time, Maro's address.

use std::sync::Arc;

use axum::{Json, extract::State};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::Refusal;
use crate::{
    atlassian, confluence, jira, mcp,
    settings::Settings,
    slack::{self, TEAMS},
    state::{SandboxState, lock},
};

/// `GET /admin/health`
pub(super) async fn health(State(state): State<Arc<SandboxState>>) -> Json<Value> {
    Json(json!({ "ok": true, "now": state.clock.now(), "maro_url": state.maro_url() }))
}

/// `GET /admin/state`
pub(super) async fn state(State(state): State<Arc<SandboxState>>) -> Json<Value> {
    let slack = slack::snapshot(&lock(&state.workspaces[0]));
    let other_slack = other_workspaces(&state);
    let jira = jira::snapshot(&lock(&state.jira));
    let other = jira::snapshot(&lock(&state.other_jira));
    let atlassian = atlassian::snapshot(&state);
    let confluence = confluence::snapshot(&lock(&state.confluence));
    let mcp = mcp::snapshot(&lock(&state.mcp));
    let socket = slack::socket::list(&state);
    let install = slack::install::snapshot(&state);
    let requests = json!(*lock(&state.log));
    let faults = json!(*lock(&state.faults));
    let settings = json!(*lock(&state.settings));
    Json(json!({
        "now": state.clock.now(), "maro_url": state.maro_url(), "slack": slack,
        "other_slack": other_slack, "slack_app": install, "slack_socket": socket, "jira": jira, "other_jira": other,
        "atlassian": atlassian, "confluence": confluence, "mcp": mcp, "requests": requests, "faults": faults,
        "settings": settings,
    }))
}

/// The workspaces beside the main one, by id.
fn other_workspaces(state: &SandboxState) -> Value {
    let others = TEAMS.iter().zip(&state.workspaces).skip(1);
    others
        .map(|(team, one)| (team.id.to_owned(), slack::snapshot(&lock(one))))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

/// `GET /admin/view`: what the page shows; without the logs, which grow.
pub(super) async fn view(State(state): State<Arc<SandboxState>>) -> Json<Value> {
    let mut slack = slack::snapshot(&lock(&state.workspaces[0]));
    slack["deliveries"].take();
    let jira = jira::snapshot(&lock(&state.jira));
    let atlassian = atlassian::snapshot(&state);
    let confluence = confluence::snapshot(&lock(&state.confluence));
    Json(json!({
        "slack": slack, "jira": jira, "atlassian": atlassian, "confluence": confluence,
    }))
}

/// `POST /admin/reset`
pub(super) async fn reset(State(state): State<Arc<SandboxState>>) -> Json<Value> {
    state.reset();
    Json(json!({ "ok": true }))
}

/// `GET /admin/settings`
pub(super) async fn settings(State(state): State<Arc<SandboxState>>) -> Json<Settings> {
    Json(lock(&state.settings).clone())
}

/// `POST /admin/settings`: what is not named stays as it is.
pub(super) async fn change_settings(
    State(state): State<Arc<SandboxState>>,
    Json(changes): Json<Value>,
) -> Result<Json<Settings>, Refusal> {
    let (before, settings) = {
        let mut settings = lock(&state.settings);
        let mut merged = json!(*settings);
        merge(&mut merged, changes);
        let changed: Settings = serde_json::from_value(merged)
            .map_err(|err| Refusal(format!("the settings do not take this: {err}")))?;
        (std::mem::replace(&mut *settings, changed.clone()), changed)
    };
    if before.socket.enabled && !settings.socket.enabled {
        slack::socket::disable(&state);
    }
    Ok(Json(settings))
}

/// How far time moves.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Advance {
    advance_ms: u32,
}

/// `POST /admin/clock`
pub(super) async fn advance(
    State(state): State<Arc<SandboxState>>,
    Json(advance): Json<Advance>,
) -> Json<Value> {
    state.clock.advance(advance.advance_ms);
    state.changed();
    Json(json!({ "now": state.clock.now() }))
}

/// Where Maro is.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PointAt {
    url: Url,
}

/// `POST /admin/point-at`
pub(super) async fn point_at(
    State(state): State<Arc<SandboxState>>,
    Json(target): Json<PointAt>,
) -> Json<Value> {
    state.point_at(target.url);
    Json(json!({ "maro_url": state.maro_url() }))
}

/// Objects merge, everything else replaces.
fn merge(into: &mut Value, changes: Value) {
    match (into, changes) {
        (Value::Object(into), Value::Object(changes)) => {
            for (name, value) in changes {
                merge(into.entry(name).or_insert(Value::Null), value);
            }
        }
        (into, changes) => *into = changes,
    }
}
