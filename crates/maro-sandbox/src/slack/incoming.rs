//! Incoming webhooks: an address that puts messages into one channel, without a token.
//!
//! Answers are bare words, not JSON.
//! See <https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks>
//! and <https://api.slack.com/changelog/2016-05-17-changes-to-errors-for-incoming-webhooks>.

use std::sync::Arc;

use axum::{
    Router,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};

use super::{
    Workspace,
    args::Args,
    install::Webhook,
    message::Message,
    methods::{Content, POST_TEXT, count},
    people::echo,
    state::SlackState,
};
use crate::state::{SandboxState, lock};

/// `/slack/services/{team}/{webhook}/{secret}`
pub(crate) fn router(state: Arc<SandboxState>) -> Router {
    Router::new()
        .route("/slack/services/{team}/{webhook}/{secret}", post(receive))
        .with_state(state)
}

type Refusal = (StatusCode, &'static str);

async fn receive(
    State(state): State<Arc<SandboxState>>,
    Path((team, id, secret)): Path<(String, String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let outcome = take(&state, [&team, &id, &secret], &headers, &body);
    state.changed();
    match outcome {
        Ok(()) => "ok".into_response(),
        Err((StatusCode::TOO_MANY_REQUESTS, word)) => {
            let retry_after = [(header::RETRY_AFTER, "1")];
            (StatusCode::TOO_MANY_REQUESTS, retry_after, word).into_response()
        }
        Err(refusal) => refusal.into_response(),
    }
}

fn take(
    state: &Arc<SandboxState>,
    [team, id, secret]: [&str; 3],
    headers: &HeaderMap,
    body: &[u8],
) -> Result<(), Refusal> {
    let workspace = Workspace::all(state).find(|one| one.team.id == team);
    let workspace = workspace.ok_or((StatusCode::NOT_FOUND, "no_team"))?;
    let webhook = lock(&state.install).webhook(team, id).cloned();
    let webhook = webhook.ok_or((StatusCode::NOT_FOUND, "no_service"))?;
    if !webhook.is(secret) {
        return Err((StatusCode::FORBIDDEN, "invalid_token"));
    }
    let content = content(headers, body)?;
    let settings = lock(&state.settings).clone();
    let now = state.clock.now();
    let shown = {
        let mut slack = lock(&workspace.slack);
        open_channel(&slack, &webhook)?;
        if settings.rate_limit {
            let posted = slack.posted.entry(webhook.id.clone()).or_default();
            count(posted, settings.rate_limit_burst, now)
                .map_err(|_| (StatusCode::TOO_MANY_REQUESTS, "rate_limited"))?;
        }
        let ts = slack.next_ts(now);
        let message = Message {
            blocks: content.blocks,
            attachments: content.attachments,
            ..Message::plain(ts, &webhook.id, &content.text.unwrap_or_default())
        };
        let shown = slack.message_json(&webhook.channel, &message, false);
        slack.put(&webhook.channel, message);
        shown
    };
    echo::own_message(&workspace, &webhook.channel, &shown);
    Ok(())
}

/// JSON, or a form whose field `payload` is JSON.
fn content(headers: &HeaderMap, body: &[u8]) -> Result<Content, Refusal> {
    let invalid = (StatusCode::BAD_REQUEST, "invalid_payload");
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let args = if kind.starts_with("application/x-www-form-urlencoded") {
        let form = Args::from_form(body).map_err(|_| invalid)?;
        let payload = form.text("payload").ok_or(invalid)?;
        Args::from_json(payload.as_bytes())
    } else {
        Args::from_json(body)
    };
    let args = args.map_err(|_| invalid)?;
    Content::from_args(&args, POST_TEXT)
        .and_then(Content::not_empty)
        .map_err(|err| (StatusCode::BAD_REQUEST, err.code))
}

/// Whether the channel takes messages.
fn open_channel(slack: &SlackState, webhook: &Webhook) -> Result<(), Refusal> {
    let channel = slack.channel(&webhook.channel);
    let channel = channel.ok_or((StatusCode::NOT_FOUND, "channel_not_found"))?;
    if channel.archived {
        return Err((StatusCode::GONE, "channel_is_archived"));
    }
    if channel.restricted {
        return Err((StatusCode::FORBIDDEN, "action_prohibited"));
    }
    Ok(())
}
