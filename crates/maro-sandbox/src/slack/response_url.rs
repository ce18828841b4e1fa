//! Response URLs: five answers within thirty minutes, without a token.

use std::sync::Arc;

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::post,
};

use super::{
    args::Args,
    error::SlackError,
    message::Message,
    methods::{Content, POST_TEXT},
    state::SlackState,
    trigger::ResponseUrl,
    workspace::Workspace,
};
use crate::state::{SandboxState, lock};

/// `/{token}`, nested under `/slack/response`.
pub(crate) fn response_url_router(state: Arc<SandboxState>) -> Router {
    Router::new()
        .route("/{token}", post(receive))
        .with_state(state)
}

async fn receive(
    State(state): State<Arc<SandboxState>>,
    Path(token): Path<String>,
    body: Bytes,
) -> Response {
    let now = state.clock.now();
    let Some(workspace) = given_out(&state, &token) else {
        return refusal(StatusCode::NOT_FOUND, &SlackError::new("expired_url"));
    };
    let mut slack = lock(&workspace.slack);
    let permission = slack
        .response_urls
        .get_mut(&token)
        .ok_or("expired_url")
        .and_then(|url| url.take(now).map(|()| url.clone()));
    let url = match permission {
        Ok(url) => url,
        Err(code) => return refusal(StatusCode::NOT_FOUND, &SlackError::new(code)),
    };
    let ts = slack.next_ts(now);
    let outcome = answer(&mut slack, &url, ts, &body);
    drop(slack);
    state.changed();
    match outcome {
        Ok(()) => "ok".into_response(),
        Err(err) => refusal(StatusCode::BAD_REQUEST, &err),
    }
}

/// The workspace that this permission was given out in.
fn given_out(state: &Arc<SandboxState>, token: &str) -> Option<Workspace> {
    Workspace::all(state).find(|one| lock(&one.slack).response_urls.contains_key(token))
}

fn refusal(status: StatusCode, err: &SlackError) -> Response {
    (status, Json(err.body())).into_response()
}

fn answer(
    slack: &mut SlackState,
    url: &ResponseUrl,
    ts: String,
    body: &[u8],
) -> Result<(), SlackError> {
    let args = Args::from_json(body)?;
    if args.flag("delete_original") {
        remove(slack, url);
        return Ok(());
    }
    let content = Content::from_args(&args, POST_TEXT)?.not_empty()?;
    let in_channel = args.text("response_type") == Some("in_channel");
    let message = Message {
        thread_ts: args.text("thread_ts").map(str::to_owned),
        blocks: content.blocks,
        attachments: content.attachments,
        ..Message::plain(ts, slack.team.bot_user, &content.text.unwrap_or_default())
    };
    if args.flag("replace_original") && replace(slack, url, &message) {
        return Ok(());
    }
    if in_channel {
        slack.put(&url.channel, message);
    } else {
        slack.put_ephemeral(&url.channel, &url.user, message);
    }
    Ok(())
}

/// Puts the new content into the message that the act was on, if there is one.
fn replace(slack: &mut SlackState, url: &ResponseUrl, new: &Message) -> bool {
    let Some(ts) = &url.source else { return false };
    let old = if url.source_ephemeral {
        let mut all = slack.ephemerals.iter_mut().map(|(_, _, message)| message);
        all.find(|message| message.ts == *ts)
    } else {
        slack.message_mut(&url.channel, ts)
    };
    let Some(old) = old.filter(|old| old.is_ours()) else {
        return false;
    };
    old.former_blocks.extend(old.blocks.take());
    old.text.clone_from(&new.text);
    old.blocks.clone_from(&new.blocks);
    old.attachments.clone_from(&new.attachments);
    true
}

fn remove(slack: &mut SlackState, url: &ResponseUrl) {
    let Some(ts) = &url.source else { return };
    if url.source_ephemeral {
        slack.ephemerals.retain(|(_, _, message)| message.ts != *ts);
    } else if slack
        .message(&url.channel, ts)
        .is_some_and(Message::is_ours)
    {
        slack
            .messages
            .entry(url.channel.clone())
            .or_default()
            .retain(|m| m.ts != *ts);
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn a_response_url_works_five_times_within_thirty_minutes() {
        let start = DateTime::UNIX_EPOCH;
        let mut url = ResponseUrl::new("U", "C", start);
        let mut old = url.clone();

        let uses: Vec<_> = (0..6).map(|_| url.take(start)).collect();

        assert_eq!(uses[..5], [Ok(()); 5]);
        assert_eq!(uses[5], Err("used_url"));
        assert_eq!(old.take(start + TimeDelta::minutes(31)), Err("expired_url"));
    }

    #[test]
    fn an_ephemeral_original_is_replaced_in_place() {
        let mut slack = SlackState::default();
        let old = Message::plain("1.0".into(), slack.team.bot_user, "old");
        slack.put_ephemeral("C", "U", old);
        let url = ResponseUrl::new("U", "C", DateTime::UNIX_EPOCH).on("1.0", true);

        let body = json!({ "text": "new", "replace_original": true }).to_string();
        answer(&mut slack, &url, "2.0".into(), body.as_bytes()).unwrap();

        let texts: Vec<_> = slack
            .ephemerals
            .iter()
            .map(|(_, _, m)| m.text.as_str())
            .collect();
        assert_eq!(texts, ["new"]);
    }

    #[test]
    fn without_replace_original_a_new_message_comes() {
        let mut slack = SlackState::default();
        let url = ResponseUrl::new("U", "C", DateTime::UNIX_EPOCH);
        let post = |slack: &mut SlackState, body: Value| {
            answer(slack, &url, "2.0".into(), body.to_string().as_bytes())
        };

        post(&mut slack, json!({ "text": "for one" })).unwrap();
        post(
            &mut slack,
            json!({ "text": "for all", "response_type": "in_channel" }),
        )
        .unwrap();
        let nothing = post(&mut slack, json!({ "text": "" })).unwrap_err();

        assert_eq!(slack.ephemerals.len(), 1);
        assert_eq!(slack.messages["C"].len(), 1);
        assert_eq!(nothing.code, "no_text");
    }
}
