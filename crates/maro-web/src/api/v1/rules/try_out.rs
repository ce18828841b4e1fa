//! `POST /api/v1/rules/{name}/test`.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use maro_app::rules::TriedOut;
use maro_app::{App, rules};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::{RulesWrite, Scoped};
use crate::problem::Problem;

/// Where a test notification goes.
#[derive(Serialize, ToSchema)]
pub(super) struct TriedOutView {
    /// The place, as the rule names it. The outbox says how it goes on.
    #[schema(example = "#quality")]
    to: String,
}

/// Send a test notification of a rule
#[utoipa::path(post, path = "/api/v1/rules/{name}/test", tag = "rules",
    params(("name" = String, Path, description = "The rule")),
    responses((status = 202, body = TriedOutView), (status = "4XX", body = Problem)))]
pub(super) async fn test_rule(
    State(app): State<App>,
    caller: Scoped<RulesWrite>,
    Path(name): Path<String>,
) -> Result<(StatusCode, Json<TriedOutView>), Problem> {
    match rules::try_out(&app, &name, &caller.actor()).await? {
        TriedOut::Queued(to) => Ok((StatusCode::ACCEPTED, Json(TriedOutView { to }))),
        TriedOut::NoWay(why) => Err(Problem::new(StatusCode::CONFLICT, "no_way", why)),
    }
}
