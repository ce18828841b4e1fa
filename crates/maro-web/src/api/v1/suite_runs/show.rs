//! `GET /api/v1/suite-runs/{id}`.

use axum::Json;
use axum::extract::{Path, State};
use maro_app::{App, findings};

use super::views::RunDetailView;
use crate::api::query::{self, ApiQuery, PageQuery};
use crate::auth::{FindingsRead, Scoped};
use crate::problem::Problem;

/// Show a suite run
///
/// With its failed cases in the order of the report, page by page.
#[utoipa::path(get, path = "/api/v1/suite-runs/{id}", tag = "findings",
    params(("id" = String, Path, description = "The run"), PageQuery),
    responses((status = 200, body = RunDetailView), (status = "4XX", body = Problem)))]
pub(super) async fn show_run(
    State(app): State<App>,
    _caller: Scoped<FindingsRead>,
    Path(id): Path<String>,
    ApiQuery(page): ApiQuery<PageQuery>,
) -> Result<Json<RunDetailView>, Problem> {
    let id = query::id(&id, "suite run")?;
    let detail = findings::run(&app, id, &page.request()?).await?;
    detail
        .map(|detail| Json(detail.into()))
        .ok_or_else(|| Problem::not_found("suite run"))
}
