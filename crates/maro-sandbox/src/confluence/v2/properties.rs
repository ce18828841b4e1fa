//! `/pages/{id}/properties` and single properties, by their ids.

use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::{Map, Value};

use super::{Shared, view};
use crate::confluence::auth::Caller;
use crate::confluence::changes::By;
use crate::confluence::error::{Outcome, Trouble};
use crate::confluence::http::{IdPath, JsonBody, cursor_page, no_content, ok};
use crate::confluence::model::Property;
use crate::confluence::state::ConfluenceState;
use crate::confluence::{Edition, change};
use crate::query::Params;
use crate::state::lock;

/// The properties of a page, or the one with this key.
pub(super) async fn list(
    State(state): State<Shared>,
    IdPath(id): IdPath,
    params: Params,
) -> Outcome<Response> {
    let confluence = lock(&state.confluence);
    let key = params.first("key");
    let found: Vec<Value> = confluence
        .load_page(id)?
        .properties
        .values()
        .filter(|property| key.is_none_or(|key| property.key == key))
        .map(view::property)
        .collect();
    cursor_page(
        &confluence.base(Edition::Cloud),
        &format!("/pages/{id}/properties"),
        &params.0,
        &found,
    )
}

/// Adds a property.
pub(super) async fn create(
    State(state): State<Shared>,
    Caller(actor): Caller,
    IdPath(id): IdPath,
    JsonBody(body): JsonBody,
) -> Outcome<Response> {
    let (key, value) = read(&body)?;
    change(&state, |confluence, now| {
        let by = By { actor, now };
        let property = confluence.set_property(by, id, (&key, value), None)?;
        Ok(ok(&view::property(&property)))
    })
}

/// One property.
pub(super) async fn show(
    State(state): State<Shared>,
    Path((id, property)): Path<(u64, String)>,
) -> Outcome<Response> {
    let confluence = lock(&state.confluence);
    let property = find(&confluence, id, &property)?;
    Ok(ok(&view::property(&property)))
}

/// A new version of a property.
pub(super) async fn update(
    State(state): State<Shared>,
    Caller(actor): Caller,
    Path((id, property)): Path<(u64, String)>,
    JsonBody(body): JsonBody,
) -> Outcome<Response> {
    let (key, value) = read(&body)?;
    let number = body
        .get("version")
        .and_then(|version| version["number"].as_u64())
        .ok_or_else(|| Trouble::bad_request("version.number is required"))?;
    change(&state, |confluence, now| {
        let known = find(confluence, id, &property)?;
        if known.key != key {
            return Err(Trouble::bad_request(
                "The key of a property cannot be changed",
            ));
        }
        let by = By { actor, now };
        let saved = confluence.set_property(by, id, (&key, value), Some(number))?;
        Ok(ok(&view::property(&saved)))
    })
}

/// Removes a property.
pub(super) async fn delete(
    State(state): State<Shared>,
    Path((id, property)): Path<(u64, String)>,
) -> Outcome<Response> {
    change(&state, |confluence, _| {
        let key = find(confluence, id, &property)?.key;
        confluence.remove_property(id, &key)?;
        Ok(no_content())
    })
}

fn read(body: &Map<String, Value>) -> Outcome<(String, Value)> {
    let key = body
        .get("key")
        .and_then(Value::as_str)
        .ok_or_else(|| Trouble::bad_request("key is required"))?;
    let value = body
        .get("value")
        .ok_or_else(|| Trouble::bad_request("value is required"))?;
    Ok((key.to_owned(), value.clone()))
}

fn find(confluence: &ConfluenceState, id: u64, property: &str) -> Outcome<Property> {
    confluence
        .load_page(id)?
        .properties
        .values()
        .find(|known| known.id.to_string() == property)
        .cloned()
        .ok_or_else(|| Trouble::not_found(format!("No property found with id: {property}")))
}
