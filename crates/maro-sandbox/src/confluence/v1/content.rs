//! `/content`: pages in version 1.

use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::{Map, Value, json};

use super::Shared;
use super::view::{Expand, label, list_of};
use crate::confluence::auth::Caller;
use crate::confluence::body::Body;
use crate::confluence::changes::{By, NewPage, NewVersion};
use crate::confluence::error::{Outcome, Trouble};
use crate::confluence::http::{JsonBody, JsonValue, id_of, no_content, ok};
use crate::confluence::model::{Page, Status};
use crate::confluence::state::ConfluenceState;
use crate::confluence::{Edition, change};
use crate::query::Params;
use crate::state::lock;

/// Pages by title and space.
pub(super) async fn list(
    State(state): State<Shared>,
    Extension(edition): Extension<Edition>,
    params: Params,
) -> Outcome<Response> {
    let (start, limit) = params.window()?;
    let expand = Expand::of(&params);
    let confluence = lock(&state.confluence);
    let (title, key) = (params.first("title"), params.first("spaceKey"));
    if let Some(key) = key.filter(|key| confluence.find_space_by_key(key).is_none()) {
        return Err(Trouble::not_found(format!("No space with key : {key}")));
    }
    let found: Vec<Value> = confluence
        .pages
        .values()
        .filter(|page| page.status == Status::Current)
        .filter(|page| title.is_none_or(|title| page.title == title))
        .filter(|page| key.is_none_or(|key| confluence.space_of(page).key == key))
        .map(|page| confluence.content(edition, page, &expand))
        .collect();
    Ok(ok(&window(&confluence.base(edition), found, start, limit)))
}

/// A part of a list with the links that version 1 has.
pub(super) fn window(base: &str, all: Vec<Value>, start: usize, limit: usize) -> Value {
    let total = all.len();
    let results: Vec<Value> = all.into_iter().skip(start).take(limit).collect();
    let mut body = json!({
        "size": results.len(), "start": start, "limit": limit,
        "_links": {"base": base, "context": ""},
    });
    if start + results.len() < total {
        let next = start + results.len();
        body["_links"]["next"] = json!(format!("/rest/api/content?start={next}&limit={limit}"));
    }
    body["results"] = Value::Array(results);
    body
}

/// Creates a page.
pub(super) async fn create(
    State(state): State<Shared>,
    Extension(edition): Extension<Edition>,
    Caller(actor): Caller,
    JsonBody(body): JsonBody,
) -> Outcome<Response> {
    change(&state, |confluence, now| {
        confluence.create_requests += 1;
        page_type(&body)?;
        let key = body
            .get("space")
            .and_then(|space| space["key"].as_str())
            .ok_or_else(|| Trouble::bad_request("Space is required"))?;
        let space = confluence
            .find_space_by_key(key)
            .ok_or_else(|| Trouble::not_found(format!("No space with key : {key}")))?
            .id;
        let new = NewPage {
            space,
            title: title(&body).unwrap_or_default(),
            parent: last_ancestor(&body)?,
            body: read_body(&body)?.unwrap_or_else(|| Body::Storage(String::new())),
        };
        let by = By { actor, now };
        let id = confluence.create_page(by, new)?;
        keep_properties(confluence, by, id, &body)?;
        shown(confluence, edition, id)
    })
}

/// `metadata.properties` of a request: `{key: {value}}`.
fn keep_properties(
    confluence: &mut ConfluenceState,
    by: By,
    id: u64,
    body: &Map<String, Value>,
) -> Outcome<()> {
    let properties = body
        .get("metadata")
        .and_then(|metadata| metadata["properties"].as_object())
        .into_iter()
        .flatten();
    for (key, property) in properties {
        let number = confluence
            .load_page(id)?
            .properties
            .get(key)
            .map(|known| known.version + 1);
        confluence.set_property(by, id, (key, property["value"].clone()), number)?;
    }
    Ok(())
}

/// Shows a page.
pub(super) async fn show(
    State(state): State<Shared>,
    Extension(edition): Extension<Edition>,
    Path(id): Path<String>,
    params: Params,
) -> Outcome<Response> {
    let confluence = lock(&state.confluence);
    let page = find(&confluence, &id)?;
    Ok(ok(&confluence.content(edition, page, &Expand::of(&params))))
}

/// Saves a new version.
pub(super) async fn update(
    State(state): State<Shared>,
    Extension(edition): Extension<Edition>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    JsonBody(body): JsonBody,
) -> Outcome<Response> {
    change(&state, |confluence, now| {
        let page = find(confluence, &id)?;
        let (id, old_title) = (page.id, page.title.clone());
        page_type(&body)?;
        let version = body.get("version").unwrap_or(&Value::Null);
        let number = id_of(version.get("number")).ok_or_else(|| {
            Trouble::bad_request(
                "Must supply an incremented version when updating Content. No version supplied.",
            )
        })?;
        let new = NewVersion {
            number,
            title: title(&body).unwrap_or(old_title),
            parent: last_ancestor(&body)?,
            body: read_body(&body)?,
            message: version["message"].as_str().unwrap_or_default().to_owned(),
            minor: version["minorEdit"] == true,
        };
        let by = By { actor, now };
        confluence.save_version(by, id, new)?;
        keep_properties(confluence, by, id, &body)?;
        shown(confluence, edition, id)
    })
}

/// Moves a page to the trash.
pub(super) async fn delete(
    State(state): State<Shared>,
    Caller(actor): Caller,
    Path(id): Path<String>,
) -> Outcome<Response> {
    change(&state, |confluence, now| {
        let id = find(confluence, &id)?.id;
        confluence.trash_page(By { actor, now }, id)?;
        Ok(no_content())
    })
}

/// Who created and who last changed a page.
pub(super) async fn history(
    State(state): State<Shared>,
    Extension(edition): Extension<Edition>,
    Path(id): Path<String>,
) -> Outcome<Response> {
    let confluence = lock(&state.confluence);
    let page = find(&confluence, &id)?;
    Ok(ok(&confluence.history_of(edition, page)))
}

/// Pages below a page; attachments and comments are not simulated, there are none.
pub(super) async fn children(
    State(state): State<Shared>,
    Extension(edition): Extension<Edition>,
    Path((id, kind)): Path<(String, String)>,
    params: Params,
) -> Outcome<Response> {
    let (start, limit) = params.window()?;
    let expand = Expand::of(&params);
    let confluence = lock(&state.confluence);
    let page = find(&confluence, &id)?;
    let found = match kind.as_str() {
        "page" => confluence
            .children_of(page.id)
            .into_iter()
            .map(|child| confluence.content(edition, child, &expand))
            .collect(),
        "attachment" | "comment" | "folder" => Vec::new(),
        other => {
            return Err(Trouble::bad_request(format!(
                "Unsupported child type: {other}"
            )));
        }
    };
    Ok(ok(&window(&confluence.base(edition), found, start, limit)))
}

/// The labels of a page.
pub(super) async fn labels(
    State(state): State<Shared>,
    Path(id): Path<String>,
) -> Outcome<Response> {
    let confluence = lock(&state.confluence);
    let page = find(&confluence, &id)?;
    Ok(ok(&labels_of(page)))
}

/// Adds labels: one `{prefix, name}` or a list of them.
pub(super) async fn add_labels(
    State(state): State<Shared>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    JsonValue(body): JsonValue,
) -> Outcome<Response> {
    let list = match body {
        Value::Array(list) => list,
        one => vec![one],
    };
    let names: Option<Vec<(String, String)>> = list
        .iter()
        .map(|one| {
            let prefix = one["prefix"].as_str().unwrap_or("global");
            let name = one["name"].as_str().filter(|name| !name.is_empty())?;
            (!name.contains(char::is_whitespace)).then(|| (prefix.to_owned(), name.to_owned()))
        })
        .collect();
    let names = names.ok_or_else(|| Trouble::bad_request("Label name is invalid"))?;
    change(&state, |confluence, now| {
        let id = find(confluence, &id)?.id;
        confluence.add_labels(By { actor, now }, id, &names);
        let page = confluence.load_page(id)?;
        Ok(ok(&labels_of(page)))
    })
}

/// The page that a path names; anything but a number names none.
pub(super) fn find<'a>(confluence: &'a ConfluenceState, id: &str) -> Outcome<&'a Page> {
    let number = id.parse().map_err(|_| Trouble::no_content(id))?;
    confluence.load_page(number)
}

fn labels_of(page: &Page) -> Value {
    list_of(&page.labels.iter().map(label).collect::<Vec<_>>())
}

fn shown(confluence: &ConfluenceState, edition: Edition, id: u64) -> Outcome<Response> {
    let page = confluence.load_page(id)?;
    Ok(ok(&confluence.content(
        edition,
        page,
        &Expand::after_write(),
    )))
}

fn page_type(body: &Map<String, Value>) -> Outcome<()> {
    match body.get("type").and_then(Value::as_str) {
        Some("page") => Ok(()),
        Some(other) => Err(Trouble::bad_request(format!(
            "On this site content of the type '{other}' cannot be written"
        ))),
        None => Err(Trouble::bad_request("Content type is required")),
    }
}

fn title(body: &Map<String, Value>) -> Option<String> {
    body.get("title").and_then(Value::as_str).map(str::to_owned)
}

fn last_ancestor(body: &Map<String, Value>) -> Outcome<Option<u64>> {
    let Some(last) = body
        .get("ancestors")
        .and_then(Value::as_array)
        .and_then(|list| list.last())
    else {
        return Ok(None);
    };
    id_of(last.get("id"))
        .map(Some)
        .ok_or_else(|| Trouble::bad_request("The id of an ancestor is a number"))
}

fn read_body(body: &Map<String, Value>) -> Outcome<Option<Body>> {
    let Some(Value::Object(forms)) = body.get("body") else {
        return Ok(None);
    };
    let Some((form, content)) = forms.iter().next() else {
        return Ok(None);
    };
    let value = content["value"]
        .as_str()
        .ok_or_else(|| Trouble::bad_request("The value of a body is a string"))?;
    Body::read(content["representation"].as_str().unwrap_or(form), value).map(Some)
}
