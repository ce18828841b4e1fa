//! Acting in the simulated Confluence as a person, and its settings. Mounted at `/admin/confluence`.
//!
//! | path | what it does |
//! |---|---|
//! | `GET /pages` | every page, spaces, settings |
//! | `POST /page` | `{space, title, body?, parent?, user?}` creates one |
//! | `POST /pages/{id}/edit` | `{title?, body?, message?, user?}` saves a version on top of the newest |
//! | `POST /pages/{id}/trash` | moves one to the trash |
//! | `GET, POST /settings` | reads, merges into the settings |
//!
//! Bodies are in storage format.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::middleware;
use axum::response::Response;
use axum::routing::{get, post};
use serde_json::{Map, Value, json};

use super::body::Body;
use super::change;
use super::changes::{By, NewPage, NewVersion};
use super::error::{self, Outcome, Trouble};
use super::http::{JsonBody, id_of, ok, reply};
use super::snapshot::{one, snapshot};
use super::state::{ConfluenceSettings, ConfluenceState};
use crate::state::{SandboxState, lock};

type Shared = Arc<SandboxState>;

/// The control panel's routes.
pub(crate) fn admin_router(state: Shared) -> Router {
    Router::new()
        .route("/pages", get(list))
        .route("/page", post(create))
        .route("/pages/{id}/edit", post(edit))
        .route("/pages/{id}/trash", post(trash))
        .route("/settings", get(settings).post(change_settings))
        .layer(middleware::map_response(error::shape_v2))
        .with_state(state)
}

async fn list(State(state): State<Shared>) -> Response {
    ok(&snapshot(&lock(&state.confluence)))
}

/// The person whom a body names; Amira otherwise.
fn person(confluence: &ConfluenceState, body: &Map<String, Value>) -> Outcome<&'static str> {
    let name = text(body, "user").unwrap_or("amira").to_lowercase();
    confluence
        .accounts
        .iter()
        .find(|account| account.id == name || account.name.to_lowercase().starts_with(&name))
        .map(|account| account.id)
        .ok_or_else(|| Trouble::bad_request(format!("nobody here is called '{name}'")))
}

fn text<'a>(body: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    body.get(name).and_then(Value::as_str)
}

async fn create(State(state): State<Shared>, JsonBody(body): JsonBody) -> Outcome<Response> {
    change(&state, |confluence, now| {
        let actor = person(confluence, &body)?;
        let key = text(&body, "space").unwrap_or_default();
        let space = confluence
            .find_space_by_key(key)
            .ok_or_else(|| Trouble::not_found(format!("there is no space '{key}'")))?
            .id;
        let new = NewPage {
            space,
            title: text(&body, "title").unwrap_or_default().to_owned(),
            parent: id_of(body.get("parent")),
            body: Body::read("storage", text(&body, "body").unwrap_or_default())?,
        };
        let id = confluence.create_page(By { actor, now }, new)?;
        Ok(reply(
            StatusCode::CREATED,
            &one(confluence, confluence.load_page(id)?),
        ))
    })
}

async fn edit(
    State(state): State<Shared>,
    Path(id): Path<u64>,
    JsonBody(body): JsonBody,
) -> Outcome<Response> {
    change(&state, |confluence, now| {
        let actor = person(confluence, &body)?;
        let page = confluence.load_page(id)?;
        let new = NewVersion {
            number: page.number() + 1,
            title: text(&body, "title").unwrap_or(&page.title).to_owned(),
            parent: None,
            body: text(&body, "body")
                .map(|body| Body::read("storage", body))
                .transpose()?,
            message: text(&body, "message").unwrap_or_default().to_owned(),
            minor: false,
        };
        confluence.save_version(By { actor, now }, id, new)?;
        Ok(ok(&one(confluence, confluence.load_page(id)?)))
    })
}

async fn trash(State(state): State<Shared>, Path(id): Path<u64>) -> Outcome<Response> {
    change(&state, |confluence, now| {
        let actor = person(confluence, &Map::new())?;
        confluence.trash_page(By { actor, now }, id)?;
        Ok(ok(&json!({"ok": true})))
    })
}

async fn settings(State(state): State<Shared>) -> Response {
    ok(&json!(lock(&state.confluence).settings))
}

async fn change_settings(
    State(state): State<Shared>,
    JsonBody(body): JsonBody,
) -> Outcome<Response> {
    let merged = {
        let mut confluence = lock(&state.confluence);
        let mut merged = json!(confluence.settings);
        if let Some(object) = merged.as_object_mut() {
            object.extend(body);
        }
        let merged: ConfluenceSettings =
            serde_json::from_value(merged).map_err(|err| Trouble::bad_request(err.to_string()))?;
        confluence.settings = merged.clone();
        merged
    };
    state.changed();
    Ok(ok(&json!(merged)))
}
