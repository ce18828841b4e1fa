//! `/api/v1/integrations`: how the connections are configured, how they do, and what happened on them.

mod config;
mod health;
mod logs;
mod status;
mod views;

use maro_app::App;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(config::routes())
        .routes(routes!(health::show_health))
        .routes(routes!(status::list_status))
        .routes(routes!(logs::list_logs))
}
