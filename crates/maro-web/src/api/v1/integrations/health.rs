//! `GET /api/v1/integrations/health`.

use axum::Json;
use axum::extract::State;
use maro_app::{App, health};

use super::views::HealthView;
use crate::auth::{IntegrationsRead, Scoped};
use crate::problem::Problem;

/// Show how the connections do
#[utoipa::path(get, path = "/api/v1/integrations/health", tag = "integrations",
    responses((status = 200, body = HealthView), (status = "4XX", body = Problem)))]
pub(super) async fn show_health(
    State(app): State<App>,
    _caller: Scoped<IntegrationsRead>,
) -> Result<Json<HealthView>, Problem> {
    Ok(Json(health::integrations(&app).await?.into()))
}
