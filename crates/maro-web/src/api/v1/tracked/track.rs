//! `POST /api/v1/channels/{id}/tracked`.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use maro_app::App;
use maro_app::model::IssueKey;
use maro_app::tracking::{self, TrackAnswer};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::api::query;
use crate::api::views::TrackedView;
use crate::auth::{Scoped, TrackingWrite};
use crate::body::JsonBody;
use crate::problem::Problem;

/// The issue to track.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TrackRequest {
    #[schema(value_type = String, example = "SCRUM-123")]
    key: IssueKey,
}

/// Track an issue in a channel
#[utoipa::path(post, path = "/api/v1/channels/{id}/tracked", tag = "tracking", request_body = TrackRequest,
    params(("id" = String, Path, description = "The channel, as `team:channel`")),
    responses((status = 201, body = TrackedView), (status = "4XX", body = Problem)))]
pub(super) async fn track_issue(
    State(app): State<App>,
    caller: Scoped<TrackingWrite>,
    Path(id): Path<String>,
    JsonBody(request): JsonBody<TrackRequest>,
) -> Result<(StatusCode, Json<TrackedView>), Problem> {
    let channel = query::channel(&id)?;
    let answer = tracking::track(&app, &channel, &request.key, &caller.actor()).await?;
    let sentence = answer.sentence(str::to_owned);
    let (status, code) = match answer {
        TrackAnswer::Tracked(issue) => return Ok((StatusCode::CREATED, Json(issue.into()))),
        TrackAnswer::AlreadyTracked(_) => (StatusCode::CONFLICT, "already_tracked"),
        TrackAnswer::NotFound(_) => (StatusCode::NOT_FOUND, "issue_not_found"),
        TrackAnswer::Failed(..) => (StatusCode::BAD_GATEWAY, "jira"),
    };
    Err(Problem::new(status, code, sentence))
}
