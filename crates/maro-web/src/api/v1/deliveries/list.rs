//! `GET /api/v1/dead-deliveries`.

use axum::Json;
use axum::extract::State;
use maro_app::{App, queries};

use crate::api::query::{ApiQuery, PageQuery};
use crate::api::views::{DeliveryView, PageView};
use crate::auth::{OutboxWrite, Scoped};
use crate::problem::Problem;

/// List deliveries that could not be handled
#[utoipa::path(get, path = "/api/v1/dead-deliveries", tag = "outbox", params(PageQuery),
    responses((status = 200, body = PageView<DeliveryView>), (status = "4XX", body = Problem)))]
pub(super) async fn list_dead_deliveries(
    State(app): State<App>,
    _caller: Scoped<OutboxWrite>,
    ApiQuery(page): ApiQuery<PageQuery>,
) -> Result<Json<PageView<DeliveryView>>, Problem> {
    Ok(Json(PageView::of(
        queries::dead_deliveries(&app, &page.request()?).await?,
    )))
}
