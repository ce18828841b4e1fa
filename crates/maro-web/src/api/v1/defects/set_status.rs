//! `POST /api/v1/defects/{id}/status`.

use axum::Json;
use axum::extract::{Path, State};
use maro_app::model::DefectStatus;
use maro_app::{App, findings};
use serde::Deserialize;
use utoipa::ToSchema;

use super::views::DefectView;
use crate::api::query;
use crate::auth::{FindingsWrite, Scoped};
use crate::body::JsonBody;
use crate::problem::Problem;

/// Where a defect shall stand.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StatusRequest {
    /// `open`, `acknowledged`, `fixed`, `wont_fix`, `duplicate` or `false_positive`.
    status: String,
    /// Why, for those who read the history.
    #[serde(default)]
    note: String,
}

/// Set the status of a defect
///
/// What is fixed is open again when it is reported again; "won't fix" holds for 30 days.
#[utoipa::path(post, path = "/api/v1/defects/{id}/status", tag = "findings",
    params(("id" = String, Path, description = "The defect")), request_body = StatusRequest,
    responses((status = 200, body = DefectView), (status = "4XX", body = Problem)))]
pub(super) async fn set_status(
    State(app): State<App>,
    caller: Scoped<FindingsWrite>,
    Path(id): Path<String>,
    JsonBody(request): JsonBody<StatusRequest>,
) -> Result<Json<DefectView>, Problem> {
    let id = query::id(&id, "defect")?;
    let status = DefectStatus::parse(&request.status);
    let status = status.ok_or_else(|| {
        Problem::bad_field(
            "status",
            format!("There is no status \"{}\".", request.status),
        )
    })?;
    let by = caller.actor();
    let defect = findings::set_defect_status(&app, id, status, &request.note, &by).await?;
    defect
        .map(|defect| Json(defect.into()))
        .ok_or_else(|| Problem::not_found("defect"))
}
