//! `/api/v1/jira/mcp`.

mod health;

use maro_app::App;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(health::mcp_health))
}
