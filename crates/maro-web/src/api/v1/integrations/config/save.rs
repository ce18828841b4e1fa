//! `PUT /api/v1/integrations/{name}/config`.

use axum::Json;
use axum::extract::{Path, State};
use maro_app::App;
use maro_app::connections::config;

use super::named;
use super::views::{ConfigRequest, ConfigView, problem};
use crate::auth::{IntegrationsWrite, Scoped};
use crate::body::JsonBody;
use crate::problem::Problem;

/// Configure an integration
///
/// Fields that are left out fall back to the environment. Secrets that are left out stay; `null`
/// forgets one. The change counts at once, in every instance within seconds.
#[utoipa::path(put, path = "/api/v1/integrations/{name}/config", tag = "integrations",
    request_body = ConfigRequest,
    params(("name" = String, Path, description = "`slack`, `jira`, `confluence` or `mcp`")),
    responses((status = 200, body = ConfigView), (status = "4XX", body = Problem)))]
pub(super) async fn save_config(
    State(app): State<App>,
    caller: Scoped<IntegrationsWrite>,
    Path(name): Path<String>,
    JsonBody(request): JsonBody<ConfigRequest>,
) -> Result<Json<ConfigView>, Problem> {
    let integration = named(&name)?;
    let change = request.change(integration)?;
    let saved = config::save(&app, integration, &change, &caller.actor()).await;
    let view = saved.map_err(|err| problem(integration, err))?;
    Ok(Json(view.into()))
}
