//! Version 1 of the REST API: what Data Center has, and what searches on Cloud still need.
//!
//! On Cloud the resource for spaces is gone (410); the others answer as they
//! always did.

mod content;
mod properties;
mod search;
mod space;
mod user;
mod view;

use std::sync::Arc;

use axum::middleware;
use axum::routing::get;
use axum::{Extension, Router};

use super::{Edition, error};
use crate::state::SandboxState;

type Shared = Arc<SandboxState>;

/// Everything under `/rest/api`.
pub(super) fn router(edition: Edition) -> Router<Shared> {
    let routes = Router::new()
        .route("/content", get(content::list).post(content::create))
        .route("/content/search", get(search::content))
        .route(
            "/content/{id}",
            get(content::show)
                .put(content::update)
                .delete(content::delete),
        )
        .route("/content/{id}/history", get(content::history))
        .route(
            "/content/{id}/property",
            get(properties::list).post(properties::create),
        )
        .route(
            "/content/{id}/property/{key}",
            get(properties::show)
                .put(properties::update)
                .delete(properties::delete),
        )
        .route("/content/{id}/child/{kind}", get(content::children))
        .route(
            "/content/{id}/label",
            get(content::labels).post(content::add_labels),
        )
        .route("/search", get(search::all))
        .route("/space", get(space::list))
        .route("/space/{key}", get(space::show))
        .route("/user/current", get(user::current))
        .layer(Extension(edition));
    match edition {
        Edition::Cloud => routes.layer(middleware::map_response(error::shape_cloud_v1)),
        Edition::DataCenter => routes.layer(middleware::map_response(error::shape_data_center)),
    }
}
