//! `/api/v1/alerts`, `/api/v1/edge-cases` and `/api/v1/alertmanager`: what monitors find.

mod alertmanager;
mod create;
mod edge_case;

use maro_app::App;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(create::create_alert))
        .routes(routes!(edge_case::create_edge_case))
        .routes(routes!(alertmanager::take_alerts))
}
