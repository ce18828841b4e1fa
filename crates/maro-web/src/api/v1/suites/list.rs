//! `GET /api/v1/suites`.

use axum::Json;
use axum::extract::State;
use maro_app::{App, findings};

use super::views::SuiteView;
use crate::api::query::{ApiQuery, PageQuery};
use crate::api::views::PageView;
use crate::auth::{FindingsRead, Scoped};
use crate::problem::Problem;

/// List suites
///
/// By name, each with its newest run.
#[utoipa::path(get, path = "/api/v1/suites", tag = "findings", params(PageQuery),
    responses((status = 200, body = PageView<SuiteView>), (status = "4XX", body = Problem)))]
pub(super) async fn list_suites(
    State(app): State<App>,
    _caller: Scoped<FindingsRead>,
    ApiQuery(page): ApiQuery<PageQuery>,
) -> Result<Json<PageView<SuiteView>>, Problem> {
    let page = findings::suites(&app, &page.request()?).await?;
    Ok(Json(PageView::of(page)))
}
