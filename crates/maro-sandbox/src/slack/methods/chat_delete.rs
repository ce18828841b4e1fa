//! `chat.delete`.

use serde_json::{Value, json};

use super::Call;
use crate::{slack::error::SlackError, state::lock};

pub(super) fn run(call: &Call<'_>) -> Result<Value, SlackError> {
    let mut slack = lock(&call.state.slack);
    let channel = slack
        .channel_for_bot(call.args.required("channel")?)?
        .id
        .clone();
    let ts = call.args.required("ts")?;
    match slack.message(&channel, ts) {
        None => return Err(SlackError::new("message_not_found")),
        Some(message) if !message.is_ours() => {
            return Err(SlackError::new("cant_delete_message"));
        }
        Some(_) => {}
    }
    slack
        .messages
        .entry(channel.clone())
        .or_default()
        .retain(|message| message.ts != ts);
    Ok(json!({ "channel": channel, "ts": ts }))
}
