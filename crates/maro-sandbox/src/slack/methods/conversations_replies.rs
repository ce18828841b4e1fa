//! `conversations.replies`: a message and its thread, oldest first.

use serde_json::{Value, json};

use super::{
    Call,
    conversations_history::{in_range, readable},
    paging::{self, Page},
};
use crate::{
    slack::{error::SlackError, message::Message},
    state::lock,
};

pub(super) fn run(call: &Call<'_>) -> Result<Value, SlackError> {
    let slack = lock(&call.state.slack);
    let channel = &readable(&slack, call.args)?.id;
    let page = Page::from_args(call.args, 1000, 1000)?;
    let ts = call.args.required("ts")?;
    let parent = slack
        .message(channel, ts)
        .ok_or(SlackError::new("thread_not_found"))?;
    let metadata = call.args.flag("include_all_metadata");
    // The parent comes along on every page, whatever the range is.
    let replies: Vec<&Message> = slack
        .replies(channel, ts)
        .into_iter()
        .filter(|reply| in_range(call.args, &reply.ts))
        .collect();
    let (replies, cursor) = page.of(replies);
    let messages: Vec<_> = std::iter::once(parent)
        .chain(replies)
        .map(|message| slack.message_json(channel, message, metadata))
        .collect();
    let mut answer = json!({ "messages": messages, "has_more": !cursor.is_empty() });
    if !cursor.is_empty() {
        answer["response_metadata"] = paging::metadata(&cursor);
    }
    Ok(answer)
}
