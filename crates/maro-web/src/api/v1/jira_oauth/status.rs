//! `GET /api/v1/jira/oauth/status`.

use axum::Json;
use axum::extract::State;
use maro_app::{App, oauth};

use super::views::StatusView;
use crate::auth::{IntegrationsRead, Origin, Scoped};
use crate::problem::Problem;

/// Show how the OAuth connection does
///
/// Nothing is asked of Atlassian; `POST /api/v1/jira/oauth/test` does that.
#[utoipa::path(get, path = "/api/v1/jira/oauth/status", tag = "jira oauth",
    responses((status = 200, body = StatusView), (status = "4XX", body = Problem)))]
pub(super) async fn oauth_status(
    State(app): State<App>,
    origin: Origin,
    _caller: Scoped<IntegrationsRead>,
) -> Result<Json<StatusView>, Problem> {
    let status = oauth::status(&app, origin.loopback_url().as_ref()).await?;
    Ok(Json(StatusView::new(status, app.now())))
}
