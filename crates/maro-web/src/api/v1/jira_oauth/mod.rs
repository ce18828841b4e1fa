//! `/api/v1/jira/oauth/…`: the connection to Atlassian by a person's consent.
//!
//! The names of fields are in camel case here, as the first clients of these endpoints know them.

mod authorize;
mod callback;
mod config;
mod status;
mod test;
mod views;

use maro_app::App;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(config::save_oauth_app, config::delete_oauth_app))
        .routes(routes!(status::oauth_status))
        .routes(routes!(authorize::authorize))
        .routes(routes!(callback::callback))
        .routes(routes!(test::test_oauth))
}
