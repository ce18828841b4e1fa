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
    Router::new()
        .route("/issue", post(create_issue::create))
        .route(
            "/issue/{issue}",
            get(issue::show).put(issue::edit).delete(issue::delete),
        )
        .route("/issue/{issue}/assignee", put(assignee::assign))
        .route(
            "/issue/{issue}/remotelink",
            get(remote_links::list)
                .post(remote_links::put)
                .delete(remote_links::delete_global),
        )
        .route(
            "/issue/{issue}/remotelink/{link}",
            get(remote_links::show).delete(remote_links::delete),
        )
        .route(
            "/issue/{issue}/transitions",
            get(transitions::list).post(transitions::perform),
        )
        .route(
            "/issue/{issue}/comment",
            get(comments::list).post(comments::add),
        )
        .route(
            "/issue/{issue}/comment/{comment}",
            get(comments::show)
                .put(comments::edit)
                .delete(comments::delete),
        )
        .route("/issue/{issue}/properties", get(properties::list))
        .route(
            "/issue/{issue}/properties/{property}",
            get(properties::show)
                .put(properties::set)
                .delete(properties::delete),
        )
        .route(
            "/issue/createmeta/{project}/issuetypes",
            get(createmeta::issue_types),
        )
        .route(
            "/issue/createmeta/{project}/issuetypes/{kind}",
            get(createmeta::fields),
        )
        .route("/search", get(search::removed).post(search::removed))
        .route("/search/jql", get(search::by_query).post(search::by_body))
        .route("/search/approximate-count", post(search::count))
}

fn site() -> Router<Shared> {
    Router::new()
        .route("/project", get(projects::all))
        .route("/project/search", get(projects::search))
        .route("/project/{project}", get(projects::show))
        .route("/project/{project}/statuses", get(projects::statuses))
        .route("/priority", get(lists::priorities))
        .route("/priority/search", get(lists::priority_page))
        .route("/issuetype", get(lists::issue_types))
        .route("/status", get(lists::statuses))
        .route("/field", get(lists::fields))
        .route("/label", get(lists::labels))
        .route("/myself", get(users::myself))
        .route("/user", get(users::show))
        .route("/user/search", get(users::search))
        .route("/user/assignable/search", get(users::assignable))
        .route("/mypermissions", get(permissions::mine))
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
