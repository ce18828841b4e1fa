//! `GET /api/v1/rules/{name}`.

use axum::Json;
use axum::extract::{Path, State};
use maro_app::{App, rules};

use super::views::RuleView;
use crate::auth::{RulesRead, Scoped};
use crate::problem::Problem;

/// Show a rule
#[utoipa::path(get, path = "/api/v1/rules/{name}", tag = "rules",
    params(("name" = String, Path, description = "The rule")),
    responses((status = 200, body = RuleView), (status = "4XX", body = Problem)))]
pub(super) async fn show_rule(
    State(app): State<App>,
    _caller: Scoped<RulesRead>,
    Path(name): Path<String>,
) -> Result<Json<RuleView>, Problem> {
    let rule = rules::one(&app, &name).await?;
    let rule = rule.ok_or_else(|| Problem::not_found("rule"))?;
    Ok(Json(rule.into()))
}
