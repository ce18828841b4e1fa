//! `GET /api/v1/defects/{id}/jira/sync`.

use axum::Json;
use axum::extract::{Path, State};
use maro_app::{App, sync};

use super::views::SyncView;
use crate::api::query;
use crate::auth::{FindingsRead, Scoped};
use crate::problem::Problem;

/// Show how a defect and its Jira ticket are kept in step
#[utoipa::path(get, path = "/api/v1/defects/{id}/jira/sync", tag = "findings",
    params(("id" = String, Path, description = "The defect")),
    responses((status = 200, body = SyncView), (status = "4XX", body = Problem)))]
pub(in crate::api::v1::defects) async fn show_sync(
    State(app): State<App>,
    _caller: Scoped<FindingsRead>,
    Path(id): Path<String>,
) -> Result<Json<SyncView>, Problem> {
    let state = sync::state(&app, query::id(&id, "defect")?).await?;
    state
        .map(|state| Json(state.into()))
        .ok_or_else(|| Problem::not_found("ticket"))
}
