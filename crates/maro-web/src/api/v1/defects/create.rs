//! `POST /api/v1/defects`.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use maro_app::model::FindingKind;
use maro_app::{App, findings};

use super::views::{SightingRequest, SightingView};
use crate::auth::{FindingsWrite, Scoped};
use crate::idempotency::Repeatable;
use crate::problem::Problem;

/// Report a defect
///
/// Equal fingerprints are one defect with a count: 201 says that it is new, 200 that it was counted.
/// What was fixed and is reported again is open again.
#[utoipa::path(post, path = "/api/v1/defects", tag = "findings", request_body = SightingRequest,
    params(("Idempotency-Key" = Option<String>, Header, description = "Chosen by the caller, once per sighting")),
    responses((status = 201, body = SightingView), (status = 200, body = SightingView),
        (status = "4XX", body = Problem)))]
pub(super) async fn create_defect(
    State(app): State<App>,
    caller: Scoped<FindingsWrite>,
    request: Repeatable<SightingRequest>,
) -> Result<(StatusCode, Json<SightingView>), Problem> {
    let key = request.key(caller.actor());
    let sighting = request.value.into_sighting(FindingKind::Defect)?;
    let answer = findings::report_defect(&app, sighting, &caller.actor(), key).await?;
    Ok(SightingView::answered(answer))
}
