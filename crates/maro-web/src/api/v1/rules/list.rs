//! `GET /api/v1/rules`.

use axum::Json;
use axum::extract::State;
use maro_app::{App, rules};

use super::views::RulesView;
use crate::auth::{RulesRead, Scoped};
use crate::problem::Problem;

/// List rules
#[utoipa::path(get, path = "/api/v1/rules", tag = "rules",
    responses((status = 200, body = RulesView), (status = "4XX", body = Problem)))]
pub(super) async fn list_rules(
    State(app): State<App>,
    _caller: Scoped<RulesRead>,
) -> Result<Json<RulesView>, Problem> {
    let all = rules::all(&app).await?;
    let items = all.into_iter().map(Into::into).collect();
    Ok(Json(RulesView { items }))
}
