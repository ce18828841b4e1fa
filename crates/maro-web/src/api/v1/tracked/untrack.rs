//! `DELETE /api/v1/channels/{id}/tracked/{key}`.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use maro_app::App;
use maro_app::model::IssueKey;
use maro_app::tracking::{self, UntrackAnswer};

use crate::api::query;
use crate::auth::{Scoped, TrackingWrite};
use crate::problem::Problem;

/// Stop tracking an issue in a channel
#[utoipa::path(delete, path = "/api/v1/channels/{id}/tracked/{key}", tag = "tracking",
    params(("id" = String, Path, description = "The channel, as `team:channel`"),
        ("key" = String, Path, description = "The issue's key")),
    responses((status = 204), (status = "4XX", body = Problem)))]
pub(super) async fn untrack_issue(
    State(app): State<App>,
    caller: Scoped<TrackingWrite>,
    Path((id, key)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let channel = query::channel(&id)?;
    let key: IssueKey = key
        .parse()
        .map_err(|_| Problem::bad_field("key", "An issue key looks like SCRUM-123."))?;
    let answer = tracking::untrack(&app, &channel, &key, &caller.actor()).await?;
    match answer {
        UntrackAnswer::Untracked(_) => Ok(StatusCode::NO_CONTENT),
        UntrackAnswer::NotTracked(_) => Err(Problem::new(
            StatusCode::NOT_FOUND,
            "not_tracked",
            answer.sentence(),
        )),
    }
}
