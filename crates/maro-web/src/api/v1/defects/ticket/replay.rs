//! `POST /api/v1/defects/{id}/jira/replay`.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use maro_app::App;
use maro_app::findings::tickets;
use maro_app::model::TicketPlan;
use serde::Deserialize;
use utoipa::ToSchema;

use super::TicketView;
use crate::api::query;
use crate::auth::{ApprovalsWrite, FindingsWrite, Scoped};
use crate::body::JsonBody;
use crate::problem::Problem;

/// How a parked ticket is tried again.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api::v1) struct TicketReplay {
    /// Another plan; by default the one that the ticket has.
    #[schema(value_type = Option<Object>)]
    plan: Option<TicketPlan>,
}

/// Try a parked Jira ticket again
///
/// After what stood in its way was put right, in Jira or by another plan.
#[utoipa::path(post, path = "/api/v1/defects/{id}/jira/replay", tag = "findings",
    request_body = TicketReplay, params(("id" = String, Path, description = "The defect")),
    responses((status = 202, body = TicketView), (status = "4XX", body = Problem)))]
pub(in crate::api::v1) async fn replay_ticket(
    State(app): State<App>,
    caller: Scoped<FindingsWrite>,
    _approver: Scoped<ApprovalsWrite>,
    Path(id): Path<String>,
    JsonBody(request): JsonBody<TicketReplay>,
) -> Result<(StatusCode, Json<TicketView>), Problem> {
    let id = query::id(&id, "defect")?;
    let link = tickets::replay(&app, id, request.plan, &caller.identity).await?;
    Ok((StatusCode::ACCEPTED, Json(link.into())))
}
