//! `POST /api/v1/jira/oauth/test`.

use axum::Json;
use axum::extract::State;
use maro_app::{App, oauth};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::{IntegrationsWrite, Scoped};
use crate::problem::Problem;

/// What the calls to Jira brought.
#[derive(Serialize, ToSchema)]
pub(super) struct TestView {
    /// Always true; failures are problems.
    success: bool,
    /// The keys of the projects that the account may see.
    projects: Vec<String>,
    /// The site.
    site: String,
    /// The name of the account that Maro acts as.
    account: String,
    /// What works, but not as it was configured.
    remark: Option<String>,
}

/// Try the connection with real calls
#[utoipa::path(post, path = "/api/v1/jira/oauth/test", tag = "jira oauth",
    responses((status = 200, body = TestView), (status = "4XX", body = Problem),
        (status = "5XX", body = Problem)))]
pub(super) async fn test_oauth(
    State(app): State<App>,
    _caller: Scoped<IntegrationsWrite>,
) -> Result<Json<TestView>, Problem> {
    let tried = oauth::try_out(&app).await?;
    Ok(Json(TestView {
        success: true,
        projects: tried.projects,
        site: tried.site,
        account: tried.account,
        remark: tried.remark,
    }))
}
