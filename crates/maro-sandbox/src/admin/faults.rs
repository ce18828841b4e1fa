//! Fault rules: list, add, clear.

use std::sync::Arc;

use axum::{Json, extract::State};
use serde_json::{Value, json};

use super::Refusal;
use crate::{
    faults::FaultRule,
    state::{SandboxState, lock},
};

/// `GET /admin/faults`
pub(super) async fn list(State(state): State<Arc<SandboxState>>) -> Json<Value> {
    Json(json!(*lock(&state.faults)))
}

/// `POST /admin/faults`: one rule or a list; each an object or the text form.
pub(super) async fn add(
    State(state): State<Arc<SandboxState>>,
    Json(body): Json<Value>,
) -> Result<Json<Value>, Refusal> {
    let rules = match body {
        Value::Array(rules) => rules,
        rule => vec![rule],
    };
    let rules: Result<Vec<_>, _> = rules.into_iter().map(FaultRule::from_json).collect();
    let rules = rules.map_err(|err| Refusal(err.to_string()))?;
    let mut faults = lock(&state.faults);
    for rule in rules {
        faults.add(rule);
    }
    Ok(Json(json!(*faults)))
}

/// `DELETE /admin/faults`
pub(super) async fn clear(State(state): State<Arc<SandboxState>>) -> Json<Value> {
    let mut faults = lock(&state.faults);
    faults.clear();
    Json(json!(*faults))
}
