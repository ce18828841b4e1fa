//! `POST /api/v1/dead-deliveries/{id}/replay`.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use maro_app::{App, inbound};

use crate::auth::{OutboxWrite, Scoped};
use crate::problem::Problem;

/// Handle a delivery again
#[utoipa::path(post, path = "/api/v1/dead-deliveries/{id}/replay", tag = "outbox",
    params(("id" = String, Path, description = "The delivery, URL-encoded")),
    responses((status = 202), (status = "4XX", body = Problem)))]
pub(super) async fn replay_delivery(
    State(app): State<App>,
    caller: Scoped<OutboxWrite>,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    if inbound::replay(&app, &id, &caller.actor()).await? {
        return Ok(StatusCode::ACCEPTED);
    }
    let detail = "This delivery is not a dead letter.";
    Err(Problem::new(StatusCode::CONFLICT, "not_dead", detail))
}
