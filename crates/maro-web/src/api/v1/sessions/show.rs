//! `GET /api/v1/sessions/{id}`.

use axum::Json;
use axum::extract::{Path, State};
use maro_app::model::SessionId;
use maro_app::{App, queries};

use crate::api::views::SessionDetailView;
use crate::auth::{Read, Scoped};
use crate::problem::Problem;

/// Show a session
///
/// With its newest draft, its approvals and its operations.
#[utoipa::path(get, path = "/api/v1/sessions/{id}", tag = "sessions",
    params(("id" = String, Path, description = "The session, URL-encoded")),
    responses((status = 200, body = SessionDetailView), (status = "4XX", body = Problem)))]
pub(super) async fn show_session(
    State(app): State<App>,
    _caller: Scoped<Read>,
    Path(id): Path<String>,
) -> Result<Json<SessionDetailView>, Problem> {
    let detail = queries::session_detail(&app, &SessionId(id)).await?;
    detail
        .map(|detail| Json(detail.into()))
        .ok_or_else(|| Problem::not_found("session"))
}
