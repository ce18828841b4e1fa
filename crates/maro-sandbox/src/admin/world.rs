//! The simulated world as a whole: state, reset, settings, time, Maro's address.

use std::sync::Arc;

use axum::{Json, extract::State};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::Refusal;
use crate::{
    atlassian, confluence, jira,
    settings::Settings,
    slack,
    state::{SandboxState, lock},
};

/// `GET /admin/health`
pub(super) async fn health(State(state): State<Arc<SandboxState>>) -> Json<Value> {
    Json(json!({ "ok": true, "now": state.clock.now(), "maro_url": state.maro_url() }))
}

/// `GET /admin/state`
pub(super) async fn state(State(state): State<Arc<SandboxState>>) -> Json<Value> {
    let slack = slack::snapshot(&lock(&state.slack));
    let jira = jira::snapshot(&lock(&state.jira));
    let other = jira::snapshot(&lock(&state.other_jira));
    let atlassian = atlassian::snapshot(&state);
    let confluence = confluence::snapshot(&lock(&state.confluence));
    let requests = json!(*lock(&state.log));
    let faults = json!(*lock(&state.faults));
    let settings = json!(*lock(&state.settings));
    Json(json!({
        "now": state.clock.now(), "maro_url": state.maro_url(), "slack": slack, "jira": jira,
        "other_jira": other, "atlassian": atlassian,
        "confluence": confluence, "requests": requests, "faults": faults, "settings": settings,
    }))
}

/// `GET /admin/view`: what the page shows; without the logs, which grow.
pub(super) async fn view(State(state): State<Arc<SandboxState>>) -> Json<Value> {
    let mut slack = slack::snapshot(&lock(&state.slack));
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
    let mut settings = lock(&state.settings);
    let mut merged = json!(*settings);
    merge(&mut merged, changes);
    *settings = serde_json::from_value(merged)
        .map_err(|err| Refusal(format!("the settings do not take this: {err}")))?;
    Ok(Json(settings.clone()))
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
