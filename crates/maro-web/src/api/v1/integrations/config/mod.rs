//! `/api/v1/integrations/{name}/config` and `…/test`: what Maro is connected to, and how.
//!
//! Secrets go in and never come out: a secret that is set is shown as `{"set": true}`, and what is
//! left out of a change stays as it is.

mod delete;
mod save;
mod show;
mod test;
mod views;

use maro_app::App;
use maro_app::model::Integration;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::problem::Problem;

/// The routes.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(
            show::show_config,
            save::save_config,
            delete::delete_config
        ))
        .routes(routes!(test::test_integration))
}

/// The integration that a path names.
fn named(name: &str) -> Result<Integration, Problem> {
    Integration::parse(name).ok_or_else(|| Problem::not_found("integration"))
}
