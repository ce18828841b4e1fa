//! `DELETE /api/v1/integrations/{name}/config`.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use maro_app::App;
use maro_app::connections::config;
use serde::Deserialize;
use utoipa::IntoParams;

use super::named;
use super::views::problem;
use crate::api::query::ApiQuery;
use crate::auth::{IntegrationsWrite, Scoped};
use crate::problem::Problem;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct DeleteQuery {
    /// The version that is to go; without it, whichever is stored.
    version: Option<i64>,
}

/// Forget the configuration of an integration
///
/// The environment's values count again. What waits stays and goes on when it is configured anew.
#[utoipa::path(delete, path = "/api/v1/integrations/{name}/config", tag = "integrations",
    params(("name" = String, Path, description = "`slack`, `jira`, `confluence` or `mcp`"), DeleteQuery),
    responses((status = 204), (status = "4XX", body = Problem)))]
pub(super) async fn delete_config(
    State(app): State<App>,
    caller: Scoped<IntegrationsWrite>,
    Path(name): Path<String>,
    ApiQuery(query): ApiQuery<DeleteQuery>,
) -> Result<StatusCode, Problem> {
    let integration = named(&name)?;
    let deleted = config::delete(&app, integration, query.version, &caller.actor()).await;
    deleted.map_err(|err| problem(integration, err))?;
    Ok(StatusCode::NO_CONTENT)
}
