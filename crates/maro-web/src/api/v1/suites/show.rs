//! `GET /api/v1/suites/{suite}`.

use axum::Json;
use axum::extract::{Path, State};
use maro_app::{App, findings};

use super::views::SuiteView;
use crate::auth::{FindingsRead, Scoped};
use crate::problem::Problem;

/// Show a suite
#[utoipa::path(get, path = "/api/v1/suites/{suite}", tag = "findings",
    params(("suite" = String, Path, description = "The name of the suite")),
    responses((status = 200, body = SuiteView), (status = "4XX", body = Problem)))]
pub(super) async fn show_suite(
    State(app): State<App>,
    _caller: Scoped<FindingsRead>,
    Path(name): Path<String>,
) -> Result<Json<SuiteView>, Problem> {
    let suite = findings::suite(&app, &name).await?;
    suite
        .map(|suite| Json(suite.into()))
        .ok_or_else(|| Problem::not_found("suite"))
}
