//! `chat.postEphemeral`: a message that one person in the channel sees.

use serde_json::{Value, json};

use super::{
    Call, Content,
    chat_post_message::{check_thread, writable},
    content::POST_TEXT,
};
use crate::{
    slack::{error::SlackError, message::Message},
    state::lock,
};

pub(super) fn run(call: &Call<'_>) -> Result<Value, SlackError> {
    let now = call.now();
    let mut slack = lock(&call.state.slack);
    let channel = writable(&slack, call.args.required("channel")?, false)?;
    let user = call.args.required("user")?;
    if !channel.has(user) {
        return Err(SlackError::new("user_not_in_channel"));
    }
    let channel = channel.id.clone();
    let content = Content::from_args(call.args, POST_TEXT)?.not_empty()?;
    let thread_ts = call.args.text("thread_ts").map(str::to_owned);
    check_thread(&slack, &channel, thread_ts.as_deref())?;
    let ts = slack.next_ts(now);
    let bot_user = slack.team.bot_user;
    let message = Message {
        thread_ts,
        blocks: content.blocks,
        attachments: content.attachments,
        ..Message::plain(ts.clone(), bot_user, &content.text.unwrap_or_default())
    };
    slack.put_ephemeral(&channel, user, message);
    Ok(json!({ "message_ts": ts }))
}
