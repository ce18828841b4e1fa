//! `/api/v1/defects`.

mod assign;
mod create;
mod list;
mod set_status;
mod show;
mod snooze;
mod sync;
mod ticket;
pub(super) mod views;

use maro_app::App;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list_defects, create::create_defect))
        .routes(routes!(show::show_defect))
        .routes(routes!(set_status::set_status))
        .routes(routes!(sync::show::show_sync))
        .routes(routes!(sync::resume::resume_sync))
        .routes(routes!(assign::assign))
        .routes(routes!(snooze::snooze))
        .routes(routes!(
            ticket::create::create_ticket,
            ticket::unlink::unlink_ticket
        ))
        .routes(routes!(ticket::replay::replay_ticket))
}
