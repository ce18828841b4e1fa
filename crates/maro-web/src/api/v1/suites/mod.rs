//! `/api/v1/suites`.

mod expect;
mod list;
mod show;
mod trend;
mod views;

use maro_app::App;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list_suites))
        .routes(routes!(show::show_suite, expect::expect_suite))
        .routes(routes!(trend::trend_of_suite))
        .routes(routes!(trend::trend_of_all))
}
