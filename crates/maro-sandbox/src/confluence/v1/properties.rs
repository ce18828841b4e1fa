//! `/content/{id}/property` and single properties, by their keys.

use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::{Map, Value};

use super::Shared;
use super::content::find;
use super::view::{list_of, property};
use crate::confluence::auth::Caller;
use crate::confluence::change;
use crate::confluence::changes::By;
use crate::confluence::error::{Outcome, Trouble};
use crate::confluence::http::{JsonBody, no_content, ok};
use crate::state::lock;

/// The properties of a page.
pub(super) async fn list(State(state): State<Shared>, Path(id): Path<String>) -> Outcome<Response> {
    let confluence = lock(&state.confluence);
    let page = find(&confluence, &id)?;
    Ok(ok(&list_of(
        &page.properties.values().map(property).collect::<Vec<_>>(),
    )))
}

/// One property.
pub(super) async fn show(
    State(state): State<Shared>,
    Path((id, key)): Path<(String, String)>,
) -> Outcome<Response> {
    let confluence = lock(&state.confluence);
    let page = find(&confluence, &id)?;
    page.properties
        .get(&key)
        .map(|known| ok(&property(known)))
        .ok_or_else(|| Trouble::not_found(format!("No property found with key: {key}")))
}

/// Adds a property.
pub(super) async fn create(
    State(state): State<Shared>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    JsonBody(body): JsonBody,
) -> Outcome<Response> {
    let key = body
        .get("key")
        .and_then(Value::as_str)
        .ok_or_else(|| Trouble::bad_request("Property key is required"))?
        .to_owned();
    save(&state, actor, (&id, &key), &body, None)
}

/// A new version of a property.
pub(super) async fn update(
    State(state): State<Shared>,
    Caller(actor): Caller,
    Path((id, key)): Path<(String, String)>,
    JsonBody(body): JsonBody,
) -> Outcome<Response> {
    let number = body
        .get("version")
        .and_then(|version| version["number"].as_u64())
        .ok_or_else(|| Trouble::bad_request("Must supply an incremented version."))?;
    save(&state, actor, (&id, &key), &body, Some(number))
}

fn save(
    state: &Shared,
    actor: &'static str,
    (id, key): (&str, &str),
    body: &Map<String, Value>,
    number: Option<u64>,
) -> Outcome<Response> {
    let value = body.get("value").cloned().unwrap_or(Value::Null);
    change(state, |confluence, now| {
        let id = find(confluence, id)?.id;
        let saved = confluence.set_property(By { actor, now }, id, (key, value), number)?;
        Ok(ok(&property(&saved)))
    })
}

/// Removes a property.
pub(super) async fn delete(
    State(state): State<Shared>,
    Path((id, key)): Path<(String, String)>,
) -> Outcome<Response> {
    change(&state, |confluence, _| {
        let id = find(confluence, &id)?.id;
        confluence.remove_property(id, &key)?;
        Ok(no_content())
    })
}
