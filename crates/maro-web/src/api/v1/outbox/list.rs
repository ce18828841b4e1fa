//! `GET /api/v1/outbox`.

use axum::Json;
use axum::extract::State;
use maro_app::model::{OutboxFilter, OutboxState};
use maro_app::{App, queries};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::api::query::{self, ApiQuery, PageQuery};
use crate::api::views::{MessageView, PageView};
use crate::auth::{OutboxWrite, Scoped};
use crate::problem::Problem;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Filter {
    /// Only messages in this state: `pending`, `sending`, `delivered`, `collapsed` or `dead`.
    state: Option<String>,
}

/// List messages
#[utoipa::path(get, path = "/api/v1/outbox", tag = "outbox", params(PageQuery, Filter),
    responses((status = 200, body = PageView<MessageView>), (status = "4XX", body = Problem)))]
pub(super) async fn list_messages(
    State(app): State<App>,
    _caller: Scoped<OutboxWrite>,
    ApiQuery(page): ApiQuery<PageQuery>,
    ApiQuery(filter): ApiQuery<Filter>,
) -> Result<Json<PageView<MessageView>>, Problem> {
    let state = query::word("state", filter.state.as_deref(), OutboxState::parse)?;
    let page = queries::outbox(&app, &OutboxFilter { state }, &page.request()?).await?;
    Ok(Json(PageView::of(page)))
}
