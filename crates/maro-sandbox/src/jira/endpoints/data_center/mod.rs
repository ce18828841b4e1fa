//! The same world as a Data Center product, under the context path `/dc/jira`.
//!
//! It shows the projects, issues and people of the main site, so that every
//! oracle about them holds here too. What differs is what clients trip over:
//! version 2 only, wiki text, users by name, `/search` with `startAt`, another
//! `createmeta`, personal tokens, and its own rate limit. The epic of an issue
//! is not in `parent` here but in a field of its own, *Epic Link*.

mod auth;
mod limit;
mod search;
mod server_info;

use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderValue, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::get;
use axum::{Extension, Router};

use super::{LARGEST_BODY, Shared, routes, unknown_path, wrong_method};
use crate::ids;
use crate::jira::http::ApiVersion;

/// The whole API.
pub(crate) fn router(state: Shared) -> Router {
    Router::new()
        .nest("/rest/api/2", api(&state))
        .nest("/rest/api/latest", api(&state))
        .fallback(unknown_path)
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(middleware::from_fn(common_headers))
        .with_state(state)
}

fn api(state: &Shared) -> Router<Shared> {
    let signed_in = Router::new()
        .merge(routes::issues())
        .merge(routes::site())
        .route("/search", get(search::by_query).post(search::by_body))
        .layer(middleware::from_fn_with_state(state.clone(), limit::apply))
        .layer(middleware::from_fn_with_state(state.clone(), auth::require));
    signed_in
        .route("/serverInfo", get(server_info::show))
        .method_not_allowed_fallback(wrong_method)
        .layer(Extension(ApiVersion::Server))
}

/// Headers that every answer of Data Center carries.
async fn common_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let uncached = HeaderValue::from_static("no-cache, no-store, no-transform");
    headers.insert(header::CACHE_CONTROL, uncached);
    headers.insert("x-anodeid", HeaderValue::from_static("node1"));
    if let Ok(value) = HeaderValue::from_str(&format!("{}x1", ids::hex(8))) {
        headers.insert("x-arequestid", value);
    }
    response
}
