//! `DELETE /api/v1/rules/{name}`.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use maro_app::{App, rules};

use crate::auth::{RulesWrite, Scoped};
use crate::problem::Problem;

/// Delete a rule
///
/// What it holds for a digest is told no more. Messages and tickets that it made stay.
#[utoipa::path(delete, path = "/api/v1/rules/{name}", tag = "rules",
    params(("name" = String, Path, description = "The rule")),
    responses((status = 204), (status = "4XX", body = Problem)))]
pub(super) async fn delete_rule(
    State(app): State<App>,
    caller: Scoped<RulesWrite>,
    Path(name): Path<String>,
) -> Result<StatusCode, Problem> {
    rules::delete(&app, &name, &caller.actor()).await?;
    Ok(StatusCode::NO_CONTENT)
}
