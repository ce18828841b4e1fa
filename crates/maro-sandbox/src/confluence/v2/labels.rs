//! `GET /pages/{id}/labels`. Version 2 only reads labels.

use axum::extract::State;
use axum::response::Response;
use serde_json::Value;

use super::{Shared, view};
use crate::confluence::Edition;
use crate::confluence::error::Outcome;
use crate::confluence::http::{IdPath, cursor_page};
use crate::query::Params;
use crate::state::lock;

/// The labels of a page.
pub(super) async fn list(
    State(state): State<Shared>,
    IdPath(id): IdPath,
    params: Params,
) -> Outcome<Response> {
    let confluence = lock(&state.confluence);
    let labels: Vec<Value> = confluence
        .load_page(id)?
        .labels
        .iter()
        .map(view::label)
        .collect();
    cursor_page(
        &confluence.base(Edition::Cloud),
        &format!("/pages/{id}/labels"),
        &params.0,
        &labels,
    )
}
