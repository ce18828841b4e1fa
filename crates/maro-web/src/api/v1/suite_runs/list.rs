//! `GET /api/v1/suite-runs`.

use axum::Json;
use axum::extract::State;
use maro_app::model::{Outcome, RunFilter};
use maro_app::{App, findings};
use serde::Deserialize;
use utoipa::IntoParams;

use super::views::RunView;
use crate::api::query::{self, ApiQuery, PageQuery};
use crate::api::views::PageView;
use crate::auth::{FindingsRead, Scoped};
use crate::problem::Problem;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Filter {
    /// Only of this suite.
    suite: Option<String>,
    /// Only with this outcome: `passed`, `failed` or `empty`.
    outcome: Option<String>,
}

/// List suite runs
#[utoipa::path(get, path = "/api/v1/suite-runs", tag = "findings", params(PageQuery, Filter),
    responses((status = 200, body = PageView<RunView>), (status = "4XX", body = Problem)))]
pub(super) async fn list_runs(
    State(app): State<App>,
    _caller: Scoped<FindingsRead>,
    ApiQuery(page): ApiQuery<PageQuery>,
    ApiQuery(filter): ApiQuery<Filter>,
) -> Result<Json<PageView<RunView>>, Problem> {
    let filter = RunFilter {
        outcome: query::word("outcome", filter.outcome.as_deref(), Outcome::parse)?,
        suite: filter.suite,
    };
    let page = findings::runs(&app, &filter, &page.request()?).await?;
    Ok(Json(PageView::of(page)))
}
