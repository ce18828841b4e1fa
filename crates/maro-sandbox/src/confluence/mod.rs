//! The simulated Confluence: Cloud at `/wiki`, the Data Center edition beside it.
//!
//! Cloud has version 2 of the REST API, and version 1 for searches and for
//! older programs. Data Center has version 1 alone. `v1` and `v2` are thin:
//! they parse, call `changes` or a view, and answer. Who may call is decided
//! in `auth`; faults and the request log are around the routers, in
//! `crate::faults`.
//!
//! **Invariant:** shapes and sentences are Confluence's. What this site cannot
//! do it refuses; it never pretends.

mod admin;
mod auth;
mod body;
mod changes;
mod cql;
mod error;
mod http;
mod model;
mod scopes;
mod seed;
mod snapshot;
mod state;
mod storage;
mod v1;
mod v2;

pub(crate) use admin::admin_router;
pub(crate) use scopes::needed as needed_scopes;
pub(crate) use snapshot::snapshot;
pub(crate) use state::ConfluenceState;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use chrono::{DateTime, Utc};

use crate::state::{SandboxState, lock};

/// Larger bodies are refused with 413.
const LARGEST_BODY: usize = 5 * 1024 * 1024;

/// The API of Cloud, mounted at `/wiki`.
pub(crate) fn cloud_router(state: &Arc<SandboxState>) -> Router {
    let api = Router::new()
        .nest("/api/v2", v2::router())
        .nest("/rest/api", v1::router(Edition::Cloud));
    finish(state, api, Edition::Cloud)
}

/// The API of Data Center, mounted at its context path.
pub(crate) fn data_center_router(state: &Arc<SandboxState>) -> Router {
    let api = Router::new().nest("/rest/api", v1::router(Edition::DataCenter));
    finish(state, api, Edition::DataCenter)
}

fn finish(state: &Arc<SandboxState>, api: Router<Arc<SandboxState>>, edition: Edition) -> Router {
    api.fallback(error::unknown_path)
        .method_not_allowed_fallback(error::wrong_method)
        .layer(middleware::from_fn_with_state(
            (Arc::clone(state), edition),
            auth::require,
        ))
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .with_state(Arc::clone(state))
}

/// Which product it is. They differ in paths, users and the wording of errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edition {
    Cloud,
    DataCenter,
}

/// Changes the site under its lock, and tells whoever looks at the page.
fn change<T>(
    state: &Arc<SandboxState>,
    apply: impl FnOnce(&mut ConfluenceState, DateTime<Utc>) -> T,
) -> T {
    let now = state.clock.now();
    let result = apply(&mut lock(&state.confluence), now);
    state.changed();
    result
}
