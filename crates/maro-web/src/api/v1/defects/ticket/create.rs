//! `POST /api/v1/defects/{id}/jira`.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use maro_app::App;
use maro_app::findings::tickets::{self, Asked};
use maro_app::model::{IssueKey, LinkState, TicketPlan};
use serde::Deserialize;
use utoipa::ToSchema;

use super::TicketView;
use crate::api::query;
use crate::auth::{ApprovalsWrite, FindingsWrite, Scoped};
use crate::body::JsonBody;
use crate::problem::Problem;

/// Which ticket; by default one of the default project.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api::v1) struct TicketRequest {
    /// The key of an existing ticket to link instead of creating one.
    #[schema(value_type = Option<String>, example = "SCRUM-123")]
    key: Option<IssueKey>,
    /// How the ticket is made: `project`, `issue_type`, `labels`, `priorities` by severity, `fields`
    /// by Jira's id of the field.
    #[schema(value_type = Option<Object>, example = json!({"project": "SCRUM", "issue_type": "Bug"}))]
    plan: Option<TicketPlan>,
}

/// Create a Jira ticket for a defect
///
/// The ticket is created in the background, exactly once; a defect that has one answers 200 with it.
/// With `key` the defect is linked to a ticket that exists, after Jira was asked for it.
#[utoipa::path(post, path = "/api/v1/defects/{id}/jira", tag = "findings", request_body = TicketRequest,
    params(("id" = String, Path, description = "The defect")),
    responses((status = 202, body = TicketView), (status = 201, body = TicketView),
        (status = 200, body = TicketView), (status = "4XX", body = Problem)))]
pub(in crate::api::v1) async fn create_ticket(
    State(app): State<App>,
    caller: Scoped<FindingsWrite>,
    _approver: Scoped<ApprovalsWrite>,
    Path(id): Path<String>,
    JsonBody(request): JsonBody<TicketRequest>,
) -> Result<(StatusCode, Json<TicketView>), Problem> {
    let id = query::id(&id, "defect")?;
    let asked = match (request.key, request.plan) {
        (Some(_), Some(_)) => {
            return Err(Problem::bad_field("key", "Give a key or a plan, not both."));
        }
        (Some(key), None) => tickets::link_existing(&app, id, &key, &caller.identity).await?,
        (None, plan) => tickets::ask(&app, id, plan, &caller.identity).await?,
    };
    Ok((status(&asked), Json(asked.link.into())))
}

fn status(asked: &Asked) -> StatusCode {
    match (asked.is_new, asked.link.state) {
        (false, _) => StatusCode::OK,
        (true, LinkState::Linked) => StatusCode::CREATED,
        (true, _) => StatusCode::ACCEPTED,
    }
}
