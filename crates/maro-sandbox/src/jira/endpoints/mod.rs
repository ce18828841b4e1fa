//! The REST endpoints, one file per resource, and which path leads where.

mod assignee;
mod comments;
mod create_issue;
mod createmeta;
mod data_center;
mod issue;
mod lists;
mod permissions;
mod projects;
mod properties;
mod remote_links;
mod routes;
mod search;
mod server_info;
mod transitions;
mod users;
mod webhook;

use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use axum::{Extension, Router};
use serde_json::json;

use super::JiraSite;
use super::auth;
use super::http::{ApiVersion, reply};
use crate::ids;

pub(crate) use create_issue::accept_new_issue;
pub(crate) use data_center::router as data_center_router;

/// Larger bodies are refused with 413.
const LARGEST_BODY: usize = 5 * 1024 * 1024;

type Shared = JiraSite;

/// The whole API under both versions.
pub(crate) fn router(state: JiraSite) -> Router {
    Router::new()
        .nest("/rest/api/3", api(&state, ApiVersion::V3))
        .nest("/rest/api/2", api(&state, ApiVersion::V2))
        .nest("/rest/api/latest", api(&state, ApiVersion::V2))
        .fallback(unknown_path)
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(middleware::from_fn(common_headers))
        .with_state(state)
}

fn api(state: &Shared, version: ApiVersion) -> Router<Shared> {
    let signed_in = Router::new()
        .merge(issues())
        .merge(site())
        .layer(middleware::from_fn_with_state(state.clone(), auth::require));
    signed_in
        .route("/serverInfo", get(server_info::show))
        .method_not_allowed_fallback(wrong_method)
        .layer(Extension(version))
}

fn issues() -> Router<Shared> {
    routes::issues()
        .route("/search", get(search::removed).post(search::removed))
        .route("/search/jql", get(search::by_query).post(search::by_body))
        .route("/search/approximate-count", post(search::count))
}

fn site() -> Router<Shared> {
    routes::site()
        .route("/project/search", get(projects::search))
        .route("/priority/search", get(lists::priority_page))
        .route("/label", get(lists::labels))
        .route(
            "/webhook",
            get(webhook::list)
                .post(webhook::register)
                .delete(webhook::delete),
        )
        .route("/webhook/refresh", put(webhook::refresh))
}

async fn unknown_path(request: Request) -> Response {
    let message = format!("null for uri: {}", request.uri());
    reply(
        StatusCode::NOT_FOUND,
        &json!({"message": message, "status-code": 404}),
    )
}

async fn wrong_method() -> Response {
    let body = json!({"message": "HTTP 405 Method Not Allowed", "status-code": 405});
    reply(StatusCode::METHOD_NOT_ALLOWED, &body).into_response()
}

/// Headers that every answer of Jira Cloud carries.
async fn common_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("no-cache, no-store, no-transform"),
    );
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    for (name, length) in [("atl-traceid", 32), ("x-arequestid", 32)] {
        if let Ok(value) = HeaderValue::from_str(&ids::hex(length)) {
            headers.insert(name, value);
        }
    }
    response
}
