//! `PUT /api/v1/drafts/{id}`.

use axum::Json;
use axum::extract::{Path, State};
use maro_app::drafts::{self, Origin, SaveDraft, SaveError};
use maro_app::model::{DraftContent, Session};
use maro_app::{App, Cause, queries};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::api::query;
use crate::api::views::{ContentView, DraftView};
use crate::auth::{DraftsWrite, Scoped};
use crate::body::JsonBody;
use crate::problem::Problem;

/// The new content of a draft.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EditRequest {
    /// What the ticket shall hold.
    #[schema(value_type = ContentView)]
    content: DraftContent,
}

/// Edit a draft
///
/// Drafts never change: the answer is a new draft with its own id and hash, and what was seen
/// before can no longer be approved.
#[utoipa::path(put, path = "/api/v1/drafts/{id}", tag = "drafts", request_body = EditRequest,
    params(("id" = String, Path, description = "The draft to replace")),
    responses((status = 200, body = DraftView), (status = "4XX", body = Problem)))]
pub(super) async fn edit_draft(
    State(app): State<App>,
    caller: Scoped<DraftsWrite>,
    Path(id): Path<String>,
    JsonBody(request): JsonBody<EditRequest>,
) -> Result<Json<DraftView>, Problem> {
    let missing = || Problem::not_found("draft");
    let old = queries::draft(&app, query::id(&id, "draft")?)
        .await?
        .ok_or_else(missing)?;
    let detail = queries::session_detail(&app, &old.session)
        .await?
        .ok_or_else(missing)?;
    if detail.session.current_draft != Some(old.id) {
        return Err(SaveError::Raced.into());
    }
    let request = SaveDraft {
        session: old.session,
        origin: origin(detail.session),
        similar: drafts::find_similar(&app, &request.content.project, &request.content.title).await,
        content: request.content,
        author: caller.actor(),
        based_on: Some(old.id),
        allow_incomplete: false,
    };
    let saved = drafts::save(&app, request, &Cause::direct()).await?;
    Ok(Json(saved.draft.into()))
}

fn origin(session: Session) -> Origin {
    Origin {
        channel: session.channel,
        channel_name: session.channel_name,
        thread_ts: session.thread_ts,
        permalink: session.source_permalink,
        author_name: session.author_name,
    }
}
