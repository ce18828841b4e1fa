//! `DELETE /api/v1/defects/{id}/jira`.

use axum::Json;
use axum::extract::{Path, State};
use maro_app::App;
use maro_app::findings::tickets;

use super::TicketView;
use crate::api::query;
use crate::auth::{ApprovalsWrite, FindingsWrite, Scoped};
use crate::problem::Problem;

/// Unlink the Jira ticket of a defect
///
/// The ticket stays in Jira as it is. No rule makes another one for this defect; a person may.
#[utoipa::path(delete, path = "/api/v1/defects/{id}/jira", tag = "findings",
    params(("id" = String, Path, description = "The defect")),
    responses((status = 200, body = TicketView), (status = "4XX", body = Problem)))]
pub(in crate::api::v1) async fn unlink_ticket(
    State(app): State<App>,
    caller: Scoped<FindingsWrite>,
    _approver: Scoped<ApprovalsWrite>,
    Path(id): Path<String>,
) -> Result<Json<TicketView>, Problem> {
    let id = query::id(&id, "defect")?;
    let link = tickets::unlink(&app, id, &caller.identity).await?;
    Ok(Json(link.into()))
}
