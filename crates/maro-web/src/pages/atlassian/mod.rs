//! The connection to Atlassian by OAuth: what it does, and the forms that change it.
//!
//! The consent itself is `crate::api`'s callback, which leads back here.

mod authorize;
mod change;
mod show;

use axum::Router;
use axum::routing::{get, post};
use maro_app::App;

#[cfg(test)]
pub(super) use authorize::LeavingPage;
#[cfg(test)]
pub(super) use show::AtlassianPage;

/// Where the page is.
pub(crate) const PATH: &str = "/settings/connections/jira/oauth";

/// The routes of the page and its forms.
pub(super) fn routes() -> Router<App> {
    let below = |form: &str| format!("{PATH}/{form}");
    Router::new()
        .route(PATH, get(show::show))
        .route(&below("app"), post(change::save))
        .route(&below("authorize"), post(authorize::authorize))
        .route(&below("site"), post(change::choose))
        .route(&below("test"), post(change::test))
        .route(&below("disconnect"), post(change::disconnect))
}
