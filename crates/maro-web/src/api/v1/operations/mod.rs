//! `/api/v1/operations`.

mod decide;
mod list;
mod show;

use maro_app::App;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list_operations))
        .routes(routes!(show::show_operation))
        .routes(routes!(decide::decide_operation))
}
