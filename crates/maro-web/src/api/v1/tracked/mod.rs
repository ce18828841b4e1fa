//! `/api/v1/channels/{id}/tracked`.

mod list;
mod track;
mod untrack;

use maro_app::App;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list_tracked, track::track_issue))
        .routes(routes!(untrack::untrack_issue))
}
