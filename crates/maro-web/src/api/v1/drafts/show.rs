//! `GET /api/v1/drafts/{id}`.

use axum::Json;
use axum::extract::{Path, State};
use maro_app::{App, queries};

use crate::api::query;
use crate::api::views::DraftView;
use crate::auth::{Read, Scoped};
use crate::problem::Problem;

/// Show a draft
///
/// With the exact request that approving it sends.
#[utoipa::path(get, path = "/api/v1/drafts/{id}", tag = "drafts",
    params(("id" = String, Path, description = "The draft")),
    responses((status = 200, body = DraftView), (status = "4XX", body = Problem)))]
pub(super) async fn show_draft(
    State(app): State<App>,
    _caller: Scoped<Read>,
    Path(id): Path<String>,
) -> Result<Json<DraftView>, Problem> {
    let draft = queries::draft(&app, query::id(&id, "draft")?).await?;
    draft
        .map(|draft| Json(draft.into()))
        .ok_or_else(|| Problem::not_found("draft"))
}
