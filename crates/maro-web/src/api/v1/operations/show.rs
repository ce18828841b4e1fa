//! `GET /api/v1/operations/{id}`.

use axum::Json;
use axum::extract::{Path, State};
use maro_app::{App, queries};

use crate::api::query;
use crate::api::views::OperationDetailView;
use crate::auth::{Read, Scoped};
use crate::problem::Problem;

/// Show an operation
///
/// With its evidence and its history.
#[utoipa::path(get, path = "/api/v1/operations/{id}", tag = "operations",
    params(("id" = String, Path, description = "The operation")),
    responses((status = 200, body = OperationDetailView), (status = "4XX", body = Problem)))]
pub(super) async fn show_operation(
    State(app): State<App>,
    _caller: Scoped<Read>,
    Path(id): Path<String>,
) -> Result<Json<OperationDetailView>, Problem> {
    let detail = queries::operation_detail(&app, query::id(&id, "operation")?).await?;
    detail
        .map(|detail| Json(detail.into()))
        .ok_or_else(|| Problem::not_found("operation"))
}
