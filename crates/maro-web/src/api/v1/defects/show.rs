//! `GET /api/v1/defects/{id}`.

use axum::Json;
use axum::extract::{Path, State};
use maro_app::{App, findings};

use super::views::DefectDetailView;
use crate::api::query;
use crate::auth::{FindingsRead, Scoped};
use crate::problem::Problem;

/// Show a defect
///
/// With its newest ticket, and what happened to it, newest first; all at one moment.
#[utoipa::path(get, path = "/api/v1/defects/{id}", tag = "findings",
    params(("id" = String, Path, description = "The defect")),
    responses((status = 200, body = DefectDetailView), (status = "4XX", body = Problem)))]
pub(super) async fn show_defect(
    State(app): State<App>,
    _caller: Scoped<FindingsRead>,
    Path(id): Path<String>,
) -> Result<Json<DefectDetailView>, Problem> {
    let id = query::id(&id, "defect")?;
    let detail = findings::defect(&app, id).await?;
    let detail = detail.ok_or_else(|| Problem::not_found("defect"))?;
    Ok(Json(detail.into()))
}
