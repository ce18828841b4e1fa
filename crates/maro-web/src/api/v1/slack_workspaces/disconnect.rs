//! `DELETE /api/v1/slack/workspaces/{team}`.

use axum::Json;
use axum::extract::{Path, State};
use maro_app::App;
use maro_app::slack::workspaces;
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::{IntegrationsWrite, Scoped};
use crate::problem::Problem;

/// What came of it.
#[derive(Serialize, ToSchema)]
pub(super) struct DisconnectedView {
    name: String,
    /// Whether Slack ended the token, too.
    revoked: bool,
    /// Why it did not; then somebody should remove the app in the workspace.
    problem: Option<String>,
}

/// Disconnect a Slack workspace
///
/// Its tokens are deleted here and revoked at Slack. What Maro posted there stays.
#[utoipa::path(delete, path = "/api/v1/slack/workspaces/{team}", tag = "slack workspaces",
    params(("team" = String, Path, description = "Slack's id of the workspace")),
    responses((status = 200, body = DisconnectedView), (status = "4XX", body = Problem)))]
pub(super) async fn disconnect_workspace(
    State(app): State<App>,
    caller: Scoped<IntegrationsWrite>,
    Path(team): Path<String>,
) -> Result<Json<DisconnectedView>, Problem> {
    let outcome = workspaces::disconnect(&app, &caller.actor(), &team).await?;
    let gone = outcome.ok_or_else(|| Problem::not_found("workspace"))?;
    Ok(Json(DisconnectedView {
        name: gone.name,
        revoked: gone.not_revoked.is_none(),
        problem: gone.not_revoked,
    }))
}
