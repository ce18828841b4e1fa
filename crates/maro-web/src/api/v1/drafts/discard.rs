//! `POST /api/v1/drafts/{id}/discard`.

use axum::Json;
use axum::extract::{Path, State};
use maro_app::drafts::{self, Discard};
use maro_app::{App, Cause};

use crate::api::query;
use crate::api::views::SessionView;
use crate::auth::{ApprovalsWrite, Scoped};
use crate::problem::Problem;

/// Discard a draft
#[utoipa::path(post, path = "/api/v1/drafts/{id}/discard", tag = "drafts",
    params(("id" = String, Path, description = "The draft")),
    responses((status = 200, body = SessionView), (status = "4XX", body = Problem)))]
pub(super) async fn discard_draft(
    State(app): State<App>,
    caller: Scoped<ApprovalsWrite>,
    Path(id): Path<String>,
) -> Result<Json<SessionView>, Problem> {
    let request = Discard {
        draft: query::id(&id, "draft")?,
        by: caller.actor(),
    };
    let session = drafts::discard(&app, request, &Cause::direct()).await?;
    Ok(Json(session.into()))
}
