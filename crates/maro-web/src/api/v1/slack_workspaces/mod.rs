//! `/api/v1/slack/workspaces`: where the app is installed. Installing itself is a browser's matter
//! and beside this, in `slack_oauth`.

mod disconnect;
mod list;

use maro_app::App;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list_workspaces))
        .routes(routes!(disconnect::disconnect_workspace))
}
