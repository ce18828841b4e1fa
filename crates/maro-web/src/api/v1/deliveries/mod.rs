//! `/api/v1/dead-deliveries`: what Slack or Jira delivered and Maro could not handle.

mod list;
mod replay;

use maro_app::App;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list_dead_deliveries))
        .routes(routes!(replay::replay_delivery))
}
