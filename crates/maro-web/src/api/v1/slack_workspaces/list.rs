//! `GET /api/v1/slack/workspaces`.

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use maro_app::App;
use maro_app::slack::workspaces::{self, Workspace};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::{IntegrationsRead, Scoped};
use crate::problem::Problem;

/// The workspaces that installed the app.
#[derive(Serialize, ToSchema)]
pub(super) struct WorkspacesView {
    items: Vec<WorkspaceView>,
}

/// A workspace that has, or had, the app. Its tokens are shown to nobody.
#[derive(Serialize, ToSchema)]
pub(super) struct WorkspaceView {
    /// Slack's id of the workspace.
    team: String,
    name: String,
    /// `installed`, or `ended`: nothing is sent there any more.
    state: &'static str,
    installed_by: String,
    installed_at: DateTime<Utc>,
    /// When the token in hand ends; it is renewed before. Absent where tokens do not end.
    token_until: Option<DateTime<Utc>>,
    /// Why it ended, or why the token was not renewed.
    problem: Option<String>,
}

/// List the workspaces that installed the Slack app
///
/// The workspace of the configured bot token is among them only when the app was removed there.
#[utoipa::path(get, path = "/api/v1/slack/workspaces", tag = "slack workspaces",
    responses((status = 200, body = WorkspacesView), (status = "4XX", body = Problem)))]
pub(super) async fn list_workspaces(
    State(app): State<App>,
    _caller: Scoped<IntegrationsRead>,
) -> Result<Json<WorkspacesView>, Problem> {
    let all = workspaces::list(&app).await?;
    let items = all.into_iter().map(WorkspaceView::from).collect();
    Ok(Json(WorkspacesView { items }))
}

impl From<Workspace> for WorkspaceView {
    fn from(workspace: Workspace) -> Self {
        Self {
            state: if workspace.works {
                "installed"
            } else {
                "ended"
            },
            team: workspace.team,
            name: workspace.name,
            installed_by: workspace.installed_by.to_string(),
            installed_at: workspace.installed_at,
            token_until: workspace.token_until,
            problem: workspace.problem,
        }
    }
}
