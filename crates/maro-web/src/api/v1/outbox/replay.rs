//! `POST /api/v1/outbox/{id}/replay`.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use maro_app::{App, outbox};

use crate::api::query;
use crate::auth::{OutboxWrite, Scoped};
use crate::problem::Problem;

/// Replay a dead letter
#[utoipa::path(post, path = "/api/v1/outbox/{id}/replay", tag = "outbox",
    params(("id" = String, Path, description = "The message")),
    responses((status = 202), (status = "4XX", body = Problem)))]
pub(super) async fn replay_message(
    State(app): State<App>,
    caller: Scoped<OutboxWrite>,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    outbox::replay(&app, query::id(&id, "message")?, &caller.actor()).await?;
    Ok(StatusCode::ACCEPTED)
}
