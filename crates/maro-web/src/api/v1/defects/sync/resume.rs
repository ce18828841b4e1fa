//! `POST /api/v1/defects/{id}/jira/resume`.

use axum::Json;
use axum::extract::{Path, State};
use maro_app::{App, sync};

use super::views::SyncView;
use crate::api::query;
use crate::auth::{FindingsWrite, Scoped};
use crate::problem::Problem;

/// Keep a defect and its Jira ticket in step again
///
/// After they were paused. The status that the defect has now is carried over first.
#[utoipa::path(post, path = "/api/v1/defects/{id}/jira/resume", tag = "findings",
    params(("id" = String, Path, description = "The defect")),
    responses((status = 200, body = SyncView), (status = "4XX", body = Problem)))]
pub(in crate::api::v1::defects) async fn resume_sync(
    State(app): State<App>,
    caller: Scoped<FindingsWrite>,
    Path(id): Path<String>,
) -> Result<Json<SyncView>, Problem> {
    let id = query::id(&id, "defect")?;
    sync::resume(&app, id, &caller.actor()).await?;
    let state = sync::state(&app, id).await?;
    state
        .map(|state| Json(state.into()))
        .ok_or_else(|| Problem::not_found("ticket"))
}
