//! `POST /api/v1/alerts`.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use maro_app::model::FindingKind;
use maro_app::{App, findings};

use crate::api::v1::defects::views::{SightingRequest, SightingView};
use crate::auth::{FindingsWrite, Scoped};
use crate::idempotency::Repeatable;
use crate::problem::Problem;

/// Report an alert
///
/// Something that a monitor noticed. It is counted, listed and settled like a defect, with the kind
/// `alert`.
#[utoipa::path(post, path = "/api/v1/alerts", tag = "findings", request_body = SightingRequest,
    params(("Idempotency-Key" = Option<String>, Header, description = "Chosen by the caller, once per sighting")),
    responses((status = 201, body = SightingView), (status = 200, body = SightingView),
        (status = "4XX", body = Problem)))]
pub(super) async fn create_alert(
    State(app): State<App>,
    caller: Scoped<FindingsWrite>,
    request: Repeatable<SightingRequest>,
) -> Result<(StatusCode, Json<SightingView>), Problem> {
    let key = request.key(caller.actor());
    let sighting = request.value.into_sighting(FindingKind::Alert)?;
    let answer = findings::report_defect(&app, sighting, &caller.actor(), key).await?;
    Ok(SightingView::answered(answer))
}
