//! `/api/v1/outbox`.

mod list;
mod replay;

use maro_app::App;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list_messages))
        .routes(routes!(replay::replay_message))
}
