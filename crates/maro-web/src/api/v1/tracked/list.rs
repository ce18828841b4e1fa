//! `GET /api/v1/channels/{id}/tracked`.

use axum::Json;
use axum::extract::{Path, State};
use maro_app::{App, tracking};

use crate::api::query;
use crate::api::views::{PageView, TrackedView};
use crate::auth::{Read, Scoped};
use crate::problem::Problem;

/// List tracked issues
#[utoipa::path(get, path = "/api/v1/channels/{id}/tracked", tag = "tracking",
    params(("id" = String, Path, description = "The channel, as `team:channel`")),
    responses((status = 200, body = PageView<TrackedView>), (status = "4XX", body = Problem)))]
pub(super) async fn list_tracked(
    State(app): State<App>,
    _caller: Scoped<Read>,
    Path(id): Path<String>,
) -> Result<Json<PageView<TrackedView>>, Problem> {
    let issues = tracking::list(&app, &query::channel(&id)?).await?;
    Ok(Json(PageView::whole(issues)))
}
