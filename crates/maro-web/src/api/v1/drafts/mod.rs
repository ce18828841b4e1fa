//! `/api/v1/drafts`.

mod approve;
mod create;
mod discard;
mod edit;
mod show;

use maro_app::App;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(create::create_draft))
        .routes(routes!(show::show_draft, edit::edit_draft))
        .routes(routes!(approve::approve_draft))
        .routes(routes!(discard::discard_draft))
}
