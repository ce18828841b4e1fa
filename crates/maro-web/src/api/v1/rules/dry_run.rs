//! `POST /api/v1/rules/dry-run`.

use axum::Json;
use axum::extract::State;
use maro_app::{App, rules};
use serde::Deserialize;
use utoipa::IntoParams;

use super::views::{DryRunView, RuleRequest};
use crate::api::query::ApiQuery;
use crate::auth::{RulesRead, Scoped};
use crate::body::JsonBody;
use crate::problem::Problem;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Findings {
    /// How many of the last findings, 1 to 200; 50 by default.
    #[param(minimum = 1, maximum = 200)]
    findings: Option<u64>,
}

/// Try a rule out on the last findings
///
/// Says what the rule would have done, had it been there when they were found. Nobody is told.
#[utoipa::path(post, path = "/api/v1/rules/dry-run", tag = "rules", params(Findings),
    request_body = RuleRequest,
    responses((status = 200, body = DryRunView), (status = "4XX", body = Problem)))]
pub(super) async fn dry_run_rule(
    State(app): State<App>,
    _caller: Scoped<RulesRead>,
    ApiQuery(query): ApiQuery<Findings>,
    JsonBody(request): JsonBody<RuleRequest>,
) -> Result<Json<DryRunView>, Problem> {
    let count = query.findings.unwrap_or(50);
    if !(1..=rules::MOST_FINDINGS).contains(&count) {
        let message = "The number of findings is from 1 to 200.";
        return Err(Problem::bad_field("findings", message));
    }
    let done = rules::dry_run(&app, &request.nameless(), count).await?;
    let items = done.into_iter().map(Into::into).collect();
    Ok(Json(DryRunView { items }))
}
