//! `POST /api/v1/drafts`.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use maro_app::drafts::{self, Origin, SaveDraft};
use maro_app::model::{ChannelRef, DraftContent, SessionId};
use maro_app::{App, Cause};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Builder;

use crate::api::views::{ContentView, DraftView};
use crate::auth::{DraftsWrite, Scoped};
use crate::body::JsonBody;
use crate::problem::Problem;

/// A new draft and the channel that sees its preview.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewDraftRequest {
    /// The Slack workspace.
    #[schema(example = "T012AB3C4")]
    team: String,
    /// The channel that sees the preview.
    #[schema(example = "C061EG9SL")]
    channel: String,
    /// What the ticket shall hold.
    #[schema(value_type = ContentView)]
    content: DraftContent,
}

/// Create a draft
///
/// The preview is posted in the channel. Nothing reaches Jira before somebody approves it.
#[utoipa::path(post, path = "/api/v1/drafts", tag = "drafts", request_body = NewDraftRequest,
    responses((status = 201, body = DraftView), (status = "4XX", body = Problem)))]
pub(super) async fn create_draft(
    State(app): State<App>,
    caller: Scoped<DraftsWrite>,
    JsonBody(request): JsonBody<NewDraftRequest>,
) -> Result<(StatusCode, Json<DraftView>), Problem> {
    let channel = crate::channel::parse(&format!("{}:{}", request.team, request.channel))
        .ok_or_else(|| {
            Problem::bad_field(
                "channel",
                "Team and channel are ids of Slack's, for example T012AB3C4 and C061EG9SL.",
            )
        })?;
    let request = SaveDraft {
        session: new_session(&channel),
        author: caller.actor(),
        origin: Origin {
            channel,
            channel_name: None,
            thread_ts: None,
            permalink: None,
            author_name: caller.name,
        },
        similar: drafts::find_similar(&app, &request.content.project, &request.content.title).await,
        content: request.content,
        based_on: None,
        allow_incomplete: false,
    };
    let saved = drafts::save(&app, request, &Cause::direct()).await?;
    Ok((StatusCode::CREATED, Json(saved.draft.into())))
}

/// The thread is known after the preview was posted, so the id ends with a word of our own.
fn new_session(channel: &ChannelRef) -> SessionId {
    let word = Builder::from_random_bytes(rand::random()).into_uuid();
    SessionId::new(&channel.team, &channel.channel, &word.to_string())
}
