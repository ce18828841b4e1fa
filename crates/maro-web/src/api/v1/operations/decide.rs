//! `POST /api/v1/operations/{id}/decision`.

use axum::Json;
use axum::extract::{Path, State};
use maro_app::model::IssueKey;
use maro_app::operations::{self, DecisionRequest};
use maro_app::{App, Cause, queries};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::api::query;
use crate::api::views::OperationDetailView;
use crate::auth::{ApprovalsWrite, Scoped};
use crate::body::JsonBody;
use crate::problem::Problem;

/// A person's answer to an unknown outcome.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DecisionBody {
    decision: DecisionKind,
    /// The key of the issue, with `it_exists`.
    #[schema(value_type = Option<String>, example = "SCRUM-123")]
    key: Option<IssueKey>,
}

/// What is decided.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum DecisionKind {
    /// The issue exists under the key; Jira is asked whether that is so.
    ItExists,
    /// Send again, although that may make a second issue.
    CreateAnyway,
    /// Do not send again.
    GiveUp,
}

/// Decide an unknown outcome
///
/// Only where an operation needs a person. The answer is recorded with the caller's name.
#[utoipa::path(post, path = "/api/v1/operations/{id}/decision", tag = "operations",
    request_body = DecisionBody, params(("id" = String, Path, description = "The operation")),
    responses((status = 200, body = OperationDetailView), (status = "4XX", body = Problem)))]
pub(super) async fn decide_operation(
    State(app): State<App>,
    caller: Scoped<ApprovalsWrite>,
    Path(id): Path<String>,
    JsonBody(body): JsonBody<DecisionBody>,
) -> Result<Json<OperationDetailView>, Problem> {
    let id = query::id(&id, "operation")?;
    operations::decide(
        &app,
        id,
        &request(body)?,
        &caller.identity,
        &Cause::direct(),
    )
    .await?;
    let detail = queries::operation_detail(&app, id).await?;
    detail
        .map(|detail| Json(detail.into()))
        .ok_or_else(|| Problem::not_found("operation"))
}

fn request(body: DecisionBody) -> Result<DecisionRequest, Problem> {
    match (body.decision, body.key) {
        (DecisionKind::ItExists, Some(key)) => Ok(DecisionRequest::ItExists(key)),
        (DecisionKind::ItExists, None) => Err(Problem::bad_field(
            "key",
            "Name the key of the issue that exists.",
        )),
        (DecisionKind::CreateAnyway, _) => Ok(DecisionRequest::CreateAnyway),
        (DecisionKind::GiveUp, _) => Ok(DecisionRequest::GiveUp),
    }
}
