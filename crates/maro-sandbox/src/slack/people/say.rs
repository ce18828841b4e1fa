//! Somebody writes a message.

use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::{CannotAct, channel_of, echo, event, notice, person};
use crate::{
    ids,
    slack::{Workspace, channel::Channel, message::Message, state::SlackState},
    state::lock,
};

/// A message as it was typed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Say {
    user: String,
    channel: String,
    text: String,
    #[serde(default)]
    thread_ts: Option<String>,
    /// Another Maro than the usual one.
    #[serde(default)]
    to: Option<Url>,
}

/// Posts the message and delivers the events that follow from it.
pub(crate) async fn run(state: &Workspace, say: Say) -> Result<Value, CannotAct> {
    let (channel, ts, message, mentioned) = post(state, &say)?;
    state.changed();
    let mut answers = Vec::new();
    if mentioned && !channel.has_bot() {
        let text = format!(
            "<@{}> is not in this channel. Invite them, or they will not see this.",
            state.team.bot_user
        );
        let user = message["user"].as_str().unwrap_or_default();
        notice::tell(state, &channel.id, user, say.thread_ts.as_deref(), &text);
    } else if mentioned && event::subscribed(state, "app_mention") {
        let mut mention = message.clone();
        mention["type"] = "app_mention".into();
        mention["channel"] = channel.id.clone().into();
        mention["event_ts"] = ts.clone().into();
        answers.push(event::deliver(state, &mention, say.to.clone()).await);
    }
    if channel.has_bot()
        && let Some(event) = echo::message_event(state, &channel.id, &message)
    {
        answers.push(event::deliver(state, &event, say.to.clone()).await);
    }
    let mut shown = json!(answers.first());
    if shown.is_null() {
        shown = json!({ "delivered": false });
    }
    shown["ts"] = ts.into();
    shown["channel"] = channel.id.into();
    Ok(shown)
}

fn post(state: &Workspace, say: &Say) -> Result<(Channel, String, Value, bool), CannotAct> {
    let now = state.clock.now();
    let mut slack = lock(&state.slack);
    let user = person(&slack, &say.user)?;
    let channel = channel_of(&slack, &user, &say.channel)?;
    if let Some(thread) = &say.thread_ts
        && slack
            .message(&channel.id, thread)
            .is_none_or(Message::is_reply)
    {
        return Err(CannotAct::new(format!(
            "there is no message {thread} to reply to"
        )));
    }
    let parts = parts(&slack, &say.text);
    let text: String = parts.iter().map(Part::text).collect();
    let mentioned = parts
        .iter()
        .any(|part| matches!(part, Part::User(id) if id == slack.team.bot_user));
    let ts = slack.next_ts(now);
    let message = Message {
        thread_ts: say.thread_ts.clone(),
        blocks: Some(json!([{
            "type": "rich_text",
            "block_id": ids::upper(5),
            "elements": [{
                "type": "rich_text_section",
                "elements": parts.iter().map(Part::element).collect::<Vec<_>>(),
            }],
        }])),
        ..Message::plain(ts.clone(), &user.id, &text)
    };
    let mut shown = slack.message_json(&channel.id, &message, false);
    shown["client_msg_id"] = ids::uuid().into();
    slack.put(&channel.id, message);
    Ok((channel, ts, shown, mentioned))
}

/// A piece of what was typed, as the client understands it.
enum Part {
    Text(String),
    User(String),
    Link(String),
}

impl Part {
    /// The piece in `text`, where `&`, `<` and `>` are escaped.
    fn text(&self) -> String {
        match self {
            Self::Text(text) => text
                .replace('&', "&amp;")
                .replace('<', "&lt;")
                .replace('>', "&gt;"),
            Self::User(id) => format!("<@{id}>"),
            Self::Link(url) => format!("<{}>", url.replace('&', "&amp;")),
        }
    }

    /// The piece in the rich text block.
    fn element(&self) -> Value {
        match self {
            Self::Text(text) => json!({ "type": "text", "text": text }),
            Self::User(id) => json!({ "type": "user", "user_id": id }),
            Self::Link(url) => json!({ "type": "link", "url": url }),
        }
    }
}

/// Splits typed text into text, mentions (`@maro` or `<@U0MARO>`) and links.
fn parts(slack: &SlackState, typed: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    for word in typed.split_inclusive(char::is_whitespace) {
        let bare = word.trim_end();
        let name = bare.trim_start_matches('<').trim_start_matches('@');
        let end = name
            .find(|c: char| !c.is_ascii_alphanumeric())
            .unwrap_or(name.len());
        let mention = bare.starts_with('@') || bare.starts_with("<@");
        if let Some(user) = slack.user(&name[..end]).filter(|_| mention) {
            parts.push(Part::User(user.id.clone()));
            let rest = name[end..].trim_start_matches('>');
            parts.push(Part::Text(format!("{rest}{}", &word[bare.len()..])));
        } else if bare.starts_with("https://") || bare.starts_with("http://") {
            parts.push(Part::Link(bare.to_owned()));
            parts.push(Part::Text(word[bare.len()..].to_owned()));
        } else if let Some(Part::Text(text)) = parts.last_mut() {
            text.push_str(word);
        } else {
            parts.push(Part::Text(word.to_owned()));
        }
    }
    parts.retain(|part| !matches!(part, Part::Text(text) if text.is_empty()));
    parts
}
