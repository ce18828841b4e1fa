//! `PUT /api/v1/rules/{name}`.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use maro_app::{App, rules};

use super::views::{RuleRequest, RuleView};
use crate::auth::{RulesWrite, Scoped};
use crate::body::JsonBody;
use crate::problem::Problem;

/// Save a rule
///
/// It counts from now on. What it did to earlier findings stays; a dry run shows what it would do.
#[utoipa::path(put, path = "/api/v1/rules/{name}", tag = "rules",
    params(("name" = String, Path, description = "The rule")), request_body = RuleRequest,
    responses((status = 200, body = RuleView), (status = 201, body = RuleView, description = "It is new"),
        (status = "4XX", body = Problem)))]
pub(super) async fn save_rule(
    State(app): State<App>,
    caller: Scoped<RulesWrite>,
    Path(name): Path<String>,
    JsonBody(request): JsonBody<RuleRequest>,
) -> Result<(StatusCode, Json<RuleView>), Problem> {
    let rule = request.named(&name)?;
    let saved = rules::save(&app, rule, &caller.actor()).await?;
    let status = if saved.is_new {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    Ok((status, Json(saved.rule.into())))
}
