//! `conversations.history`: what stands in a channel, newest first.

use serde_json::{Value, json};

use super::{
    Call,
    paging::{self, Page},
};
use crate::{
    slack::{args::Args, channel::Channel, error::SlackError, message::Message, state::SlackState},
    state::lock,
};

pub(super) fn run(call: &Call<'_>) -> Result<Value, SlackError> {
    let slack = lock(&call.state.slack);
    let channel = readable(&slack, call.args)?;
    let page = Page::from_args(call.args, 100, 999)?;
    let metadata = call.args.flag("include_all_metadata");
    let shown: Vec<&Message> = slack
        .messages
        .get(&channel.id)
        .into_iter()
        .flatten()
        .rev()
        .filter(|message| !message.is_reply() || message.broadcast)
        .filter(|message| in_range(call.args, &message.ts))
        .collect();
    let (shown, cursor) = page.of(shown);
    let messages: Vec<_> = shown
        .iter()
        .map(|message| slack.message_json(&channel.id, message, metadata))
        .collect();
    let mut answer = json!({
        "messages": messages, "has_more": !cursor.is_empty(), "pin_count": 0,
        "channel_actions_ts": null, "channel_actions_count": 0,
    });
    if !cursor.is_empty() {
        answer["response_metadata"] = paging::metadata(&cursor);
    }
    Ok(answer)
}

/// Finds the channel if Maro may read it.
pub(super) fn readable<'s>(slack: &'s SlackState, args: &Args) -> Result<&'s Channel, SlackError> {
    let channel = slack.channel_for_bot(args.required("channel")?)?;
    if !channel.has_bot() {
        return Err(SlackError::new("not_in_channel"));
    }
    Ok(channel)
}

/// Whether a message lies between `oldest` and `latest`. Timestamps of equal length sort as text.
pub(super) fn in_range(args: &Args, ts: &str) -> bool {
    let inclusive = args.flag("inclusive");
    let after = args
        .text("oldest")
        .is_none_or(|o| ts > o || o == "0" || (inclusive && ts == o));
    let before = args
        .text("latest")
        .is_none_or(|l| ts < l || (inclusive && ts == l));
    after && before
}
