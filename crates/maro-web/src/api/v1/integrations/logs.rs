//! `GET /api/v1/integrations/logs`.

use axum::Json;
use axum::extract::State;
use maro_app::model::{ActivityFilter, ActivityOutcome, Integration};
use maro_app::{App, health};
use serde::Deserialize;
use utoipa::IntoParams;

use super::views::ActivityView;
use crate::api::query::{self, ApiQuery, PageQuery};
use crate::api::views::PageView;
use crate::auth::{IntegrationsRead, Scoped};
use crate::problem::Problem;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Filter {
    /// Only of this integration: `slack`, `jira`, `confluence` or `mcp`.
    integration: Option<String>,
    /// Only this call or change, for example `chat.postMessage` or `status`.
    kind: Option<String>,
    /// Only what `worked`, `failed` or `changed`.
    outcome: Option<String>,
}

/// List what happened on the connections
#[utoipa::path(get, path = "/api/v1/integrations/logs", tag = "integrations", params(PageQuery, Filter),
    responses((status = 200, body = PageView<ActivityView>), (status = "4XX", body = Problem)))]
pub(super) async fn list_logs(
    State(app): State<App>,
    _caller: Scoped<IntegrationsRead>,
    ApiQuery(page): ApiQuery<PageQuery>,
    ApiQuery(filter): ApiQuery<Filter>,
) -> Result<Json<PageView<ActivityView>>, Problem> {
    let filter = ActivityFilter {
        integration: query::word(
            "integration",
            filter.integration.as_deref(),
            Integration::parse,
        )?,
        kind: filter.kind,
        outcome: query::word("outcome", filter.outcome.as_deref(), ActivityOutcome::parse)?,
    };
    let page = health::activity(&app, &filter, &page.request()?).await?;
    Ok(Json(PageView::of(page)))
}
