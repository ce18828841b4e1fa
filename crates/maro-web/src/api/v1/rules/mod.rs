//! `/api/v1/rules`, and why people were told of a finding or were not.

mod delete;
mod dry_run;
mod list;
mod save;
mod show;
mod try_out;
mod verdicts;
mod views;

use maro_app::App;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list_rules))
        .routes(routes!(dry_run::dry_run_rule))
        .routes(routes!(
            show::show_rule,
            save::save_rule,
            delete::delete_rule
        ))
        .routes(routes!(try_out::test_rule))
        .routes(routes!(verdicts::defect_verdicts))
        .routes(routes!(verdicts::run_verdicts))
}
