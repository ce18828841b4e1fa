//! Version 2 of the REST API: Cloud only, one file per resource.
//!
//! Ids of spaces are numbers, never keys; lists have cursors.

mod labels;
mod pages;
mod properties;
mod spaces;
mod view;

use std::sync::Arc;

use axum::Router;
use axum::middleware;
use axum::routing::get;

use super::error;
use crate::state::SandboxState;

type Shared = Arc<SandboxState>;

/// Everything under `/wiki/api/v2`.
pub(super) fn router() -> Router<Shared> {
    Router::new()
        .route("/spaces", get(spaces::list))
        .route("/spaces/{id}", get(spaces::show))
        .route("/spaces/{id}/pages", get(pages::list_of_space))
        .route("/pages", get(pages::list).post(pages::create))
        .route(
            "/pages/{id}",
            get(pages::show).put(pages::update).delete(pages::delete),
        )
        .route("/pages/{id}/labels", get(labels::list))
        .route(
            "/pages/{id}/properties",
            get(properties::list).post(properties::create),
        )
        .route(
            "/pages/{id}/properties/{property}",
            get(properties::show)
                .put(properties::update)
                .delete(properties::delete),
        )
        .layer(middleware::map_response(error::shape_v2))
}
