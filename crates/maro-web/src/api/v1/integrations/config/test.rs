//! `POST /api/v1/integrations/{name}/test`.

use axum::Json;
use axum::extract::{Path, State};
use maro_app::App;
use maro_app::connections::check;

use super::named;
use super::views::{TestRequest, TestView, problem};
use crate::auth::{IntegrationsWrite, Scoped};
use crate::body::JsonBody;
use crate::problem::Problem;

/// Try an integration out
///
/// Makes real calls, with what is stored or with the values of the request. Nothing is saved.
#[utoipa::path(post, path = "/api/v1/integrations/{name}/test", tag = "integrations",
    request_body = TestRequest,
    params(("name" = String, Path, description = "`slack`, `jira`, `confluence` or `mcp`")),
    responses((status = 200, body = TestView), (status = "4XX", body = Problem)))]
pub(super) async fn test_integration(
    State(app): State<App>,
    _caller: Scoped<IntegrationsWrite>,
    Path(name): Path<String>,
    JsonBody(request): JsonBody<TestRequest>,
) -> Result<Json<TestView>, Problem> {
    let integration = named(&name)?;
    let Some(change) = request.change(integration)? else {
        let findings = check::check_stored(&app, integration).await;
        return Ok(Json(findings.into()));
    };
    let found = check::check(&app, integration, &change).await;
    let findings = found.map_err(|err| problem(integration, err))?;
    Ok(Json(findings.into()))
}
