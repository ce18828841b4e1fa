//! `GET /spaces` and one space.

use axum::extract::State;
use axum::response::Response;
use serde_json::Value;

use super::{Shared, view};
use crate::confluence::Edition;
use crate::confluence::error::{Outcome, Trouble};
use crate::confluence::http::{IdPath, cursor_page, ok};
use crate::query::Params;
use crate::state::lock;

/// A page of spaces. Keys that no space has are left out, not complained about.
pub(super) async fn list(State(state): State<Shared>, params: Params) -> Outcome<Response> {
    let confluence = lock(&state.confluence);
    let (keys, ids) = (params.list("keys"), params.list("ids"));
    let mut spaces: Vec<_> = confluence
        .spaces
        .iter()
        .filter(|space| keys.is_empty() || keys.iter().any(|key| key == space.key))
        .filter(|space| ids.is_empty() || ids.iter().any(|id| *id == space.id.to_string()))
        .collect();
    match params.first("sort") {
        None | Some("id") => {}
        Some("-id") => spaces.reverse(),
        Some("key") => spaces.sort_by_key(|space| space.key),
        Some("name") => spaces.sort_by_key(|space| space.name),
        Some(other) => {
            return Err(Trouble::bad_request(format!(
                "Provided value {{{other}}} for 'sort' is not valid."
            )));
        }
    }
    let rows: Vec<Value> = spaces.into_iter().map(view::space).collect();
    cursor_page(
        &confluence.base(Edition::Cloud),
        "/spaces",
        &params.0,
        &rows,
    )
}

/// One space.
pub(super) async fn show(State(state): State<Shared>, IdPath(id): IdPath) -> Outcome<Response> {
    let confluence = lock(&state.confluence);
    let space = confluence
        .find_space(id)
        .ok_or_else(|| Trouble::not_found("Space not found"))?;
    Ok(ok(&view::space(space)))
}
