//! `GET /api/v1/jira/mcp/health`.

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use maro_app::{App, health};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::{IntegrationsRead, Scoped};
use crate::problem::Problem;

/// How the MCP server does, told from its process, its tools and the calls on their way.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct McpHealthView {
    /// `healthy`, `degraded` or `down`.
    #[schema(example = "healthy")]
    status: &'static str,
    /// When it was last tried.
    last_check: Option<DateTime<Utc>>,
    /// How long the last try that worked took, in milliseconds.
    latency: Option<u64>,
    /// Why it is not healthy.
    reason: Option<String>,
}

/// Show the health of the MCP server
#[utoipa::path(get, path = "/api/v1/jira/mcp/health", tag = "integrations",
    responses((status = 200, body = McpHealthView), (status = "4XX", body = Problem)))]
pub(super) async fn mcp_health(
    State(app): State<App>,
    _caller: Scoped<IntegrationsRead>,
) -> Result<Json<McpHealthView>, Problem> {
    let report = health::mcp(&app).ok_or_else(|| Problem::not_found("the MCP server"))?;
    Ok(Json(McpHealthView {
        status: report.status,
        last_check: report.last_check,
        latency: report
            .latency
            .and_then(|latency| latency.as_millis().try_into().ok()),
        reason: report.reason,
    }))
}
