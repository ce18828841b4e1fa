//! `/pages`: list, create, show, update, delete.

use axum::extract::State;
use axum::response::Response;
use serde_json::{Map, Value};

use super::Shared;
use crate::confluence::auth::Caller;
use crate::confluence::body::Body;
use crate::confluence::changes::{By, NewPage, NewVersion};
use crate::confluence::error::{Outcome, Trouble};
use crate::confluence::http::{IdPath, JsonBody, cursor_page, id_of, no_content, ok};
use crate::confluence::model::{Page, Status};
use crate::confluence::{Edition, change};
use crate::query::Params;
use crate::state::{SandboxState, lock};

const FORMS: [&str; 4] = ["storage", "atlas_doc_format", "view", "export_view"];

/// A page of pages.
pub(super) async fn list(State(state): State<Shared>, params: Params) -> Outcome<Response> {
    let spaces = params.list("space-id");
    listed(&state, "/pages", &params, |page| {
        spaces.is_empty() || spaces.iter().any(|id| *id == page.space.to_string())
    })
}

/// The pages of a space.
pub(super) async fn list_of_space(
    State(state): State<Shared>,
    IdPath(id): IdPath,
    params: Params,
) -> Outcome<Response> {
    if lock(&state.confluence).find_space(id).is_none() {
        return Err(Trouble::not_found("Space not found"));
    }
    let path = format!("/spaces/{id}/pages");
    listed(&state, &path, &params, |page| page.space == id)
}

fn listed(
    state: &SandboxState,
    path: &str,
    params: &Params,
    wanted: impl Fn(&Page) -> bool,
) -> Outcome<Response> {
    let form = body_format(params)?;
    let (ids, title) = (params.list("id"), params.first("title"));
    let confluence = lock(&state.confluence);
    let mut pages: Vec<&Page> = confluence
        .pages
        .values()
        .filter(|page| page.status == Status::Current && wanted(page))
        .filter(|page| ids.is_empty() || ids.iter().any(|id| *id == page.id.to_string()))
        .filter(|page| title.is_none_or(|title| page.title == title))
        .collect();
    match params.first("sort") {
        None | Some("id") => {}
        Some("-id") => pages.reverse(),
        Some("title") => pages.sort_by_key(|page| page.title.clone()),
        Some("modified-date") => pages.sort_by_key(|page| page.updated()),
        Some("-modified-date") => pages.sort_by_key(|page| std::cmp::Reverse(page.updated())),
        Some(other) => {
            return Err(Trouble::bad_request(format!(
                "Provided value {{{other}}} for 'sort' is not valid."
            )));
        }
    }
    let rows: Vec<Value> = pages
        .into_iter()
        .map(|page| confluence.page_v2(page, form.as_deref()))
        .collect();
    cursor_page(&confluence.base(Edition::Cloud), path, &params.0, &rows)
}

/// Creates a page.
pub(super) async fn create(
    State(state): State<Shared>,
    Caller(actor): Caller,
    JsonBody(body): JsonBody,
) -> Outcome<Response> {
    change(&state, |confluence, now| {
        confluence.create_requests += 1;
        current(&body)?;
        let space = body
            .get("spaceId")
            .ok_or_else(|| Trouble::bad_request("spaceId is required"))?;
        let space = id_of(Some(space)).ok_or_else(|| wrong_type("spaceId", space))?;
        if confluence.find_space(space).is_none() {
            return Err(Trouble::not_found("Space not found"));
        }
        let new = NewPage {
            space,
            title: text(&body, "title").unwrap_or_default(),
            parent: parent(&body)?,
            body: read_body(&body)?.unwrap_or_else(|| Body::Storage(String::new())),
        };
        let id = confluence.create_page(By { actor, now }, new)?;
        let page = confluence.load_page(id)?;
        Ok(ok(&confluence.page_v2(page, Some("storage"))))
    })
}

/// Shows a page; without `body-format` there is no body.
pub(super) async fn show(
    State(state): State<Shared>,
    IdPath(id): IdPath,
    params: Params,
) -> Outcome<Response> {
    let form = body_format(&params)?;
    let confluence = lock(&state.confluence);
    let page = confluence.load_page(id)?;
    Ok(ok(&confluence.page_v2(page, form.as_deref())))
}

/// Saves a new version; every member of the body is required.
pub(super) async fn update(
    State(state): State<Shared>,
    Caller(actor): Caller,
    IdPath(id): IdPath,
    JsonBody(body): JsonBody,
) -> Outcome<Response> {
    change(&state, |confluence, now| {
        confluence.load_page(id)?;
        if id_of(body.get("id")) != Some(id) {
            return Err(Trouble::bad_request(
                "The id in the body must be the id in the path",
            ));
        }
        if !body.contains_key("status") {
            return Err(Trouble::bad_request("status is required"));
        }
        current(&body)?;
        let version = body.get("version").unwrap_or(&Value::Null);
        let new = NewVersion {
            number: id_of(version.get("number"))
                .ok_or_else(|| Trouble::bad_request("version.number is required"))?,
            title: text(&body, "title").ok_or_else(|| Trouble::bad_request("title is required"))?,
            parent: parent(&body)?,
            body: Some(read_body(&body)?.ok_or_else(|| Trouble::bad_request("body is required"))?),
            message: version["message"].as_str().unwrap_or_default().to_owned(),
            minor: version["minorEdit"] == true,
        };
        confluence.save_version(By { actor, now }, id, new)?;
        let page = confluence.load_page(id)?;
        Ok(ok(&confluence.page_v2(page, Some("storage"))))
    })
}

/// Moves a page to the trash.
pub(super) async fn delete(
    State(state): State<Shared>,
    Caller(actor): Caller,
    IdPath(id): IdPath,
) -> Outcome<Response> {
    change(&state, |confluence, now| {
        confluence.trash_page(By { actor, now }, id)?;
        Ok(no_content())
    })
}

/// Drafts are not simulated.
fn current(body: &Map<String, Value>) -> Outcome<()> {
    match body.get("status").map(Value::as_str) {
        None | Some(Some("current")) => Ok(()),
        _ => Err(Trouble::bad_request(
            "On this site the status of a page is 'current'.",
        )),
    }
}

fn text(body: &Map<String, Value>, name: &str) -> Option<String> {
    body.get(name).and_then(Value::as_str).map(str::to_owned)
}

fn parent(body: &Map<String, Value>) -> Outcome<Option<u64>> {
    match body.get("parentId") {
        None | Some(Value::Null) => Ok(None),
        Some(value) => id_of(Some(value))
            .map(Some)
            .ok_or_else(|| wrong_type("parentId", value)),
    }
}

fn wrong_type(name: &str, value: &Value) -> Trouble {
    let shown = value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned);
    Trouble::bad_request(format!(
        "Provided value {{{shown}}} for '{name}' is not the correct type. Expected type is long"
    ))
}

/// `{representation, value}`, or the same under the name of the representation.
fn read_body(body: &Map<String, Value>) -> Outcome<Option<Body>> {
    let outer = match body.get("body") {
        None | Some(Value::Null) => return Ok(None),
        Some(outer) => outer,
    };
    let inner = FORMS
        .iter()
        .find_map(|form| outer.get(form))
        .unwrap_or(outer);
    let part = |name: &str| inner[name].as_str();
    match (part("representation"), part("value")) {
        (Some(representation), Some(value)) => Body::read(representation, value).map(Some),
        _ => Err(Trouble::bad_request(
            "body.representation and body.value are required and are strings",
        )),
    }
}

fn body_format(params: &Params) -> Outcome<Option<String>> {
    match params.first("body-format") {
        None => Ok(None),
        Some(form) if FORMS.contains(&form) => Ok(Some(form.to_owned())),
        Some(other) => Err(Trouble::bad_request(format!(
            "Provided value {{{other}}} for 'body-format' is not valid."
        ))),
    }
}
