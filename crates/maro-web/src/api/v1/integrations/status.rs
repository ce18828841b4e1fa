//! `GET /api/v1/integrations/status`.

use axum::Json;
use axum::extract::State;
use maro_app::{App, health};

use super::views::NamedIntegrationView;
use crate::api::views::PageView;
use crate::auth::{IntegrationsRead, Scoped};
use crate::problem::Problem;

/// List the connections and how they do
#[utoipa::path(get, path = "/api/v1/integrations/status", tag = "integrations",
    responses((status = 200, body = PageView<NamedIntegrationView>), (status = "4XX", body = Problem)))]
pub(super) async fn list_status(
    State(app): State<App>,
    _caller: Scoped<IntegrationsRead>,
) -> Result<Json<PageView<NamedIntegrationView>>, Problem> {
    Ok(Json(PageView::whole(health::integrations(&app).await?)))
}
