//! `GET /api/v1/sessions`.

use axum::Json;
use axum::extract::State;
use maro_app::model::{Phase, SessionFilter};
use maro_app::{App, queries};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::api::query::{self, ApiQuery, PageQuery};
use crate::api::views::{PageView, SessionView};
use crate::auth::{Read, Scoped};
use crate::problem::Problem;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Filter {
    /// Only sessions in this phase.
    phase: Option<String>,
    /// Only sessions of this channel, as `team:channel`.
    channel: Option<String>,
}

/// List sessions
#[utoipa::path(get, path = "/api/v1/sessions", tag = "sessions", params(PageQuery, Filter),
    responses((status = 200, body = PageView<SessionView>), (status = "4XX", body = Problem)))]
pub(super) async fn list_sessions(
    State(app): State<App>,
    _caller: Scoped<Read>,
    ApiQuery(page): ApiQuery<PageQuery>,
    ApiQuery(filter): ApiQuery<Filter>,
) -> Result<Json<PageView<SessionView>>, Problem> {
    let phase = query::word("phase", filter.phase.as_deref(), Phase::parse)?;
    let channel = query::word("channel", filter.channel.as_deref(), crate::channel::parse)?;
    let page = queries::sessions(&app, &SessionFilter { phase, channel }, &page.request()?).await?;
    Ok(Json(PageView::of(page)))
}
