//! `GET /api/v1/integrations/{name}/config`.

use axum::Json;
use axum::extract::{Path, State};
use maro_app::App;
use maro_app::connections::config;

use super::named;
use super::views::ConfigView;
use crate::auth::{IntegrationsRead, Scoped};
use crate::problem::Problem;

/// Show the configuration of an integration
///
/// Secrets are never shown, only that they are set.
#[utoipa::path(get, path = "/api/v1/integrations/{name}/config", tag = "integrations",
    params(("name" = String, Path, description = "`slack`, `jira`, `confluence` or `mcp`")),
    responses((status = 200, body = ConfigView), (status = "4XX", body = Problem)))]
pub(super) async fn show_config(
    State(app): State<App>,
    _caller: Scoped<IntegrationsRead>,
    Path(name): Path<String>,
) -> Result<Json<ConfigView>, Problem> {
    let view = config::show(&app, named(&name)?).await?;
    Ok(Json(view.into()))
}
