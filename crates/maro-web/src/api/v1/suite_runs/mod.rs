//! `/api/v1/suite-runs`.

mod create;
mod list;
mod show;
pub(super) mod views;

use maro_app::App;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list_runs, create::create_run))
        .routes(routes!(show::show_run))
}
