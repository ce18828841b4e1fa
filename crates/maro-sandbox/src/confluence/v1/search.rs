//! `/search` and `/content/search`: CQL.

use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use serde_json::{Value, json};

use super::Shared;
use super::content::window;
use super::view::{Expand, timestamp};
use crate::confluence::Edition;
use crate::confluence::auth::Caller;
use crate::confluence::cql;
use crate::confluence::error::{Outcome, Trouble};
use crate::confluence::http::ok;
use crate::confluence::model::Page;
use crate::confluence::state::ConfluenceState;
use crate::query::Params;
use crate::state::lock;

/// How much of a page a result shows.
const EXCERPT: usize = 250;

fn query(params: &Params) -> Outcome<&str> {
    params
        .first("cql")
        .ok_or_else(|| Trouble::bad_request("A CQL query is required in the parameter 'cql'."))
}

/// `GET /content/search`: pages as the content resource shows them.
pub(super) async fn content(
    State(state): State<Shared>,
    Extension(edition): Extension<Edition>,
    Caller(viewer): Caller,
    params: Params,
) -> Outcome<Response> {
    let (start, limit) = params.window()?;
    let expand = Expand::of(&params);
    let mut confluence = lock(&state.confluence);
    let found = cql::search(&mut confluence, query(&params)?, viewer, state.clock.now())?;
    let rows = found
        .iter()
        .map(|page| confluence.content(edition, page, &expand))
        .collect();
    Ok(ok(&window(&confluence.base(edition), rows, start, limit)))
}

/// `GET /search`: results with an excerpt, and how many there are.
pub(super) async fn all(
    State(state): State<Shared>,
    Extension(edition): Extension<Edition>,
    Caller(viewer): Caller,
    params: Params,
) -> Outcome<Response> {
    let (start, limit) = params.window()?;
    let text = query(&params)?;
    let mut confluence = lock(&state.confluence);
    let found = cql::search(&mut confluence, text, viewer, state.clock.now())?;
    let results: Vec<Value> = found
        .iter()
        .skip(start)
        .take(limit)
        .map(|page| result(&confluence, edition, page))
        .collect();
    let base = confluence.base(edition);
    let mut body = json!({
        "start": start, "limit": limit, "size": results.len(), "totalSize": found.len(),
        "cqlQuery": text, "searchDuration": 12,
        "_links": {"base": base, "context": "/wiki"},
    });
    if start + results.len() < found.len() {
        let next = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("cql", text)
            .append_pair("limit", &limit.to_string())
            .append_pair("start", &(start + results.len()).to_string())
            .finish();
        body["_links"]["next"] = json!(format!("/rest/api/search?next=true&{next}"));
    }
    body["results"] = Value::Array(results);
    Ok(ok(&body))
}

fn result(confluence: &ConfluenceState, edition: Edition, page: &Page) -> Value {
    let space = confluence.space_of(page);
    let excerpt: String = page
        .body
        .plain()
        .replace('\n', " ")
        .chars()
        .take(EXCERPT)
        .collect();
    json!({
        "content": confluence.content(edition, page, &Expand::default()),
        "title": page.title,
        "excerpt": excerpt,
        "url": confluence.web_path(edition, page),
        "resultGlobalContainer": {
            "title": space.name, "displayUrl": format!("/spaces/{}", space.key),
        },
        "breadcrumbs": [],
        "entityType": "content",
        "iconCssClass": "aui-icon content-type-page",
        "lastModified": timestamp(page.updated()),
        "friendlyLastModified": page.updated().format("%b %d, %Y").to_string(),
        "score": 0.0,
    })
}
