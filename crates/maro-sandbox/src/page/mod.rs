//! The page where people see and use the simulated Slack and Jira.
//!
//! The server sends a shell; one script fills it from `/admin/state` and acts
//! through `/admin/slack` and `/admin/jira`. Nothing comes from elsewhere: the
//! content security policy allows this origin only, and the script builds
//! nodes from text, never HTML from strings.

use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    http::{StatusCode, header},
    response::{Html, IntoResponse, Redirect, Response},
    routing::get,
};
use url::form_urlencoded;

use crate::state::SandboxState;

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'";

#[derive(Template)]
#[template(path = "page.html")]
struct Page {
    maro_url: Option<String>,
}

/// `/` and what it loads.
pub(crate) fn router(state: Arc<SandboxState>) -> Router {
    Router::new()
        .route("/", get(show))
        .route("/jira/browse/{key}", get(browse))
        .route("/dc/jira/browse/{key}", get(browse))
        .route("/wiki/spaces/{key}/pages/{id}/{title}", get(open_page))
        .route("/assets/{name}", get(asset))
        .with_state(state)
}

async fn show(State(state): State<Arc<SandboxState>>) -> Response {
    let page = Page {
        maro_url: state.maro_url().map(|url| url.to_string()),
    };
    match page.render() {
        Ok(html) => ([(header::CONTENT_SECURITY_POLICY, POLICY)], Html(html)).into_response(),
        Err(err) => {
            tracing::error!(error = %err, "the page cannot be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// An issue's link, as Jira makes them, opens it in the Jira half of the page.
async fn browse(Path(key): Path<String>) -> Redirect {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("issue", &key)
        .finish();
    Redirect::to(&format!("/?{query}"))
}

/// A page's link, as Confluence makes them, opens it in the Confluence part.
async fn open_page(Path((_, id, _)): Path<(String, String, String)>) -> Redirect {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("page", &id)
        .finish();
    Redirect::to(&format!("/?{query}"))
}

/// The files that the page loads, built in.
const ASSETS: &[(&str, &str)] = &[
    ("page.css", include_str!("../../assets/page.css")),
    ("page.js", include_str!("../../assets/page.js")),
    ("text.js", include_str!("../../assets/text.js")),
    ("blocks.js", include_str!("../../assets/blocks.js")),
    ("modal.js", include_str!("../../assets/modal.js")),
    ("jira.js", include_str!("../../assets/jira.js")),
    ("atlassian.js", include_str!("../../assets/atlassian.js")),
    ("confluence.js", include_str!("../../assets/confluence.js")),
];

async fn asset(Path(name): Path<String>) -> Response {
    let Some((_, text)) = ASSETS.iter().find(|(known, _)| *known == name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let kind = if name == "page.css" {
        "text/css"
    } else {
        "text/javascript"
    };
    let kind = format!("{kind}; charset=utf-8");
    (
        [
            (header::CONTENT_TYPE, kind),
            (header::CACHE_CONTROL, "no-cache".into()),
        ],
        *text,
    )
        .into_response()
}
