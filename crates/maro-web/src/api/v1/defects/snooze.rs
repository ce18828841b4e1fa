//! `POST /api/v1/defects/{id}/snooze`.

use axum::Json;
use axum::extract::{Path, State};
use chrono::{DateTime, Utc};
use maro_app::findings::{DefectDecision, LONGEST_SNOOZE};
use maro_app::{App, Cause, findings};
use serde::Deserialize;
use utoipa::ToSchema;

use super::views::DefectView;
use crate::api::query;
use crate::auth::{FindingsWrite, Scoped};
use crate::body::JsonBody;
use crate::problem::Problem;

/// Until when a defect shall not be told.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SnoozeRequest {
    /// At most 90 days from now; told again at once, when it is null or absent.
    until: Option<DateTime<Utc>>,
}

/// Snooze a defect
///
/// It is counted and kept as before; rules tell nothing of it until then.
#[utoipa::path(post, path = "/api/v1/defects/{id}/snooze", tag = "findings",
    params(("id" = String, Path, description = "The defect")), request_body = SnoozeRequest,
    responses((status = 200, body = DefectView), (status = "4XX", body = Problem)))]
pub(super) async fn snooze(
    State(app): State<App>,
    caller: Scoped<FindingsWrite>,
    Path(id): Path<String>,
    JsonBody(request): JsonBody<SnoozeRequest>,
) -> Result<Json<DefectView>, Problem> {
    let id = query::id(&id, "defect")?;
    let now = app.now();
    let fits = |until: &DateTime<Utc>| now < *until && *until <= now + LONGEST_SNOOZE;
    if request.until.as_ref().is_some_and(|until| !fits(until)) {
        let wanted = "Name a moment within the next 90 days.";
        return Err(Problem::bad_field("until", wanted));
    }
    let decision = DefectDecision::Snooze(request.until);
    let by = caller.actor();
    let defect = findings::decide_defect(&app, id, &decision, &by, &Cause::direct()).await?;
    defect
        .map(|defect| Json(defect.into()))
        .ok_or_else(|| Problem::not_found("defect"))
}
