//! `POST /api/v1/drafts/{id}/approve`.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use maro_app::drafts::{self, Approve, ApproveError};
use maro_app::{App, Cause};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::query;
use crate::auth::{ApprovalsWrite, Scoped};
use crate::body::JsonBody;
use crate::problem::Problem;

/// What is approved.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ApproveRequest {
    /// The hash of the draft as it was seen.
    hash: String,
}

/// What came of an approval.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(super) struct ApprovedView {
    /// The write that carries it out; follow it at `/api/v1/operations/{id}`.
    operation: Option<Uuid>,
    /// Whether the ticket existed already, so that nothing more is sent.
    was_duplicate: bool,
    jira_key: Option<String>,
    jira_url: Option<String>,
}

/// Approve a draft
///
/// The ticket is created in the background, exactly once. A draft whose ticket exists already
/// answers 200 with that ticket.
#[utoipa::path(post, path = "/api/v1/drafts/{id}/approve", tag = "drafts", request_body = ApproveRequest,
    params(("id" = String, Path, description = "The draft")),
    responses((status = 202, body = ApprovedView), (status = 200, body = ApprovedView),
        (status = "4XX", body = Problem)))]
pub(super) async fn approve_draft(
    State(app): State<App>,
    caller: Scoped<ApprovalsWrite>,
    Path(id): Path<String>,
    JsonBody(request): JsonBody<ApproveRequest>,
) -> Result<(StatusCode, Json<ApprovedView>), Problem> {
    let draft = query::id(&id, "draft")?;
    let request = Approve {
        draft,
        nonce: None,
        hash: request.hash,
        by: caller.identity,
    };
    match drafts::approve(&app, request, &Cause::direct()).await {
        Ok(approved) => {
            let operation = Some(approved.operation.0);
            Ok((
                StatusCode::ACCEPTED,
                Json(ApprovedView {
                    operation,
                    ..ApprovedView::default()
                }),
            ))
        }
        Err(ApproveError::AlreadyCreated { key, url }) => {
            Ok((StatusCode::OK, Json(existing(key, url))))
        }
        Err(err) => Err(err.into()),
    }
}

fn existing(key: String, url: String) -> ApprovedView {
    ApprovedView {
        operation: None,
        was_duplicate: true,
        jira_key: Some(key),
        jira_url: Some(url),
    }
}
