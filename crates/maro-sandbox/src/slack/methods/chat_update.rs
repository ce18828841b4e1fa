//! `chat.update`: text without blocks takes the blocks away; ephemeral messages cannot be updated.

use serde_json::{Value, json};

use super::{Call, Content, content::UPDATE_TEXT};
use crate::{
    slack::{error::SlackError, message::ts_of},
    state::lock,
};

pub(super) fn run(call: &Call<'_>) -> Result<Value, SlackError> {
    let now = call.now();
    let mut slack = lock(&call.state.slack);
    let channel = slack.channel_for_bot(call.args.required("channel")?)?;
    if channel.archived {
        return Err(SlackError::new("is_archived"));
    }
    let channel = channel.id.clone();
    let ts = call.args.required("ts")?;
    let content = Content::from_args(call.args, UPDATE_TEXT)?;
    if content.text.is_none() && content.blocks.is_none() && content.attachments.is_none() {
        return Err(SlackError::new("no_text"));
    }
    let Some(message) = slack.message_mut(&channel, ts) else {
        return Err(SlackError::new("message_not_found"));
    };
    if !message.is_ours() {
        return Err(SlackError::new("cant_update_message"));
    }
    message.former_blocks.extend(message.blocks.clone());
    match (content.blocks, &content.text) {
        (Some(blocks), _) => message.blocks = Some(blocks).filter(|blocks| blocks != &json!([])),
        (None, Some(_)) => {
            message.blocks = None;
            message.edited = Some(ts_of(now));
        }
        (None, None) => {}
    }
    message.text = content.text.unwrap_or_else(|| message.text.clone());
    message.attachments = content.attachments.or(message.attachments.take());
    message.metadata = content.metadata.or(message.metadata.take());
    let text = message.text.clone();
    let shown = slack
        .message(&channel, ts)
        .map(|m| slack.message_json(&channel, m, true));
    Ok(json!({ "channel": channel, "ts": ts, "text": text, "message": shown }))
}
