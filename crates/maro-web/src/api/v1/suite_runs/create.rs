//! `POST /api/v1/suite-runs`.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use maro_app::{App, findings};

use super::views::{RunRequest, RunView};
use crate::auth::{FindingsWrite, Scoped};
use crate::idempotency::Repeatable;
use crate::problem::Problem;

/// Report a suite run
///
/// For tools that know their results themselves. Report files are read by `/api/v1/reports/junit`.
/// With an `Idempotency-Key`, a request that is sent again has the answer of the first.
#[utoipa::path(post, path = "/api/v1/suite-runs", tag = "findings", request_body = RunRequest,
    params(("Idempotency-Key" = Option<String>, Header, description = "Chosen by the caller, once per run")),
    responses((status = 201, body = RunView), (status = "4XX", body = Problem)))]
pub(super) async fn create_run(
    State(app): State<App>,
    caller: Scoped<FindingsWrite>,
    request: Repeatable<RunRequest>,
) -> Result<(StatusCode, Json<RunView>), Problem> {
    let key = request.key(caller.actor());
    let run = request.value.into_run()?;
    let run = findings::record_run(&app, run, &caller.actor(), key.as_ref()).await?;
    Ok((StatusCode::CREATED, Json(run.into())))
}
