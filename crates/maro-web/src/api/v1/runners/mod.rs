//! `/api/v1/runners`: what runners of suites say. They sign; they have no token.

mod callback;

use maro_app::App;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(callback::callback))
}
