//! `chat.postMessage`.

use serde_json::{Value, json};

use super::{Call, Content, content::POST_TEXT, rate_limit};
use crate::{
    slack::{
        channel::Channel, error::SlackError, message::Message, people::echo, state::SlackState,
    },
    state::lock,
};

pub(super) fn run(call: &Call<'_>) -> Result<Value, SlackError> {
    let settings = lock(&call.state.settings).clone();
    let now = call.now();
    let mut slack = lock(&call.state.slack);
    let wanted = call.args.required("channel")?;
    let wanted = slack
        .direct_message(wanted)
        .unwrap_or_else(|| wanted.to_owned());
    let public = call.has("chat:write.public");
    let channel = writable(&slack, &wanted, public)?.id.clone();
    let content = Content::from_args(call.args, POST_TEXT)?.not_empty()?;
    let thread_ts = call.args.text("thread_ts").map(str::to_owned);
    check_thread(&slack, &channel, thread_ts.as_deref())?;
    if settings.rate_limit {
        let posted = slack.posted.entry(channel.clone()).or_default();
        rate_limit::count(posted, settings.rate_limit_burst, now)?;
    }
    let ts = slack.next_ts(now);
    let bot_user = slack.team.bot_user;
    let message = Message {
        thread_ts,
        blocks: content.blocks,
        attachments: content.attachments,
        metadata: content.metadata,
        broadcast: call.args.flag("reply_broadcast"),
        ..Message::plain(ts.clone(), bot_user, &content.text.unwrap_or_default())
    };
    let shown = slack.message_json(&channel, &message, true);
    slack.put(&channel, message);
    drop(slack);
    echo::own_message(call.state, &channel, &shown);
    Ok(json!({ "channel": channel, "ts": ts, "message": shown }))
}

/// Finds a channel that Maro may write to.
pub(super) fn writable<'s>(
    slack: &'s SlackState,
    id: &str,
    public: bool,
) -> Result<&'s Channel, SlackError> {
    let channel = slack.channel_for_bot(id)?;
    if channel.archived {
        return Err(SlackError::new("is_archived"));
    }
    if channel.restricted {
        return Err(SlackError::new("restricted_action"));
    }
    if !channel.has_bot() && !public {
        return Err(SlackError::new("not_in_channel"));
    }
    Ok(channel)
}

/// A reply needs a message to reply to, and that must not be a reply.
pub(super) fn check_thread(
    slack: &SlackState,
    channel: &str,
    thread_ts: Option<&str>,
) -> Result<(), SlackError> {
    let Some(ts) = thread_ts else { return Ok(()) };
    match slack.message(channel, ts) {
        None => Err(SlackError::new("thread_not_found")),
        Some(parent) if parent.is_reply() => Err(SlackError::new("cannot_reply_to_message")),
        Some(_) => Ok(()),
    }
}
