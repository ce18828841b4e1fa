//! `GET /api/v1/defects`.

use axum::Json;
use axum::extract::State;
use maro_app::model::{DefectFilter, DefectStatus, FindingKind, Severity};
use maro_app::{App, findings};
use serde::Deserialize;
use utoipa::IntoParams;

use super::views::DefectView;
use crate::api::query::{self, ApiQuery, PageQuery};
use crate::api::views::PageView;
use crate::auth::{FindingsRead, Scoped};
use crate::problem::Problem;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Filter {
    /// Only of this kind: `defect`, `alert` or `edge_case`.
    kind: Option<String>,
    /// Only with one of these, separated by commas: `open`, `acknowledged`, `fixed`, `wont_fix`,
    /// `duplicate`, `false_positive`.
    status: Option<String>,
    /// Only this bad: `critical`, `high`, `medium` or `low`.
    severity: Option<String>,
    /// Only found by this suite, monitor or tool.
    source: Option<String>,
    /// Only with these words in the title, whatever their case. A page looks through 10,000 titles: it
    /// may then hold fewer than `limit`, or none, and `next` goes on from there.
    q: Option<String>,
}

/// List defects
#[utoipa::path(get, path = "/api/v1/defects", tag = "findings", params(PageQuery, Filter),
    responses((status = 200, body = PageView<DefectView>), (status = "4XX", body = Problem)))]
pub(super) async fn list_defects(
    State(app): State<App>,
    _caller: Scoped<FindingsRead>,
    ApiQuery(page): ApiQuery<PageQuery>,
    ApiQuery(filter): ApiQuery<Filter>,
) -> Result<Json<PageView<DefectView>>, Problem> {
    let statuses = filter.status.iter().flat_map(|words| words.split(','));
    let statuses = statuses.map(|word| query::word("status", Some(word), DefectStatus::parse));
    let filter = DefectFilter {
        kind: query::word("kind", filter.kind.as_deref(), FindingKind::parse)?,
        statuses: statuses
            .filter_map(Result::transpose)
            .collect::<Result<_, _>>()?,
        severity: query::word("severity", filter.severity.as_deref(), Severity::parse)?,
        source: filter.source,
        words: filter.q,
    };
    let page = findings::defects(&app, &filter, &page.request()?).await?;
    Ok(Json(PageView::of(page)))
}
