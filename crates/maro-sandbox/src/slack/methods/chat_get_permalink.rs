//! `chat.getPermalink`.

use serde_json::{Value, json};

use super::Call;
use crate::{slack::error::SlackError, state::lock};

pub(super) fn run(call: &Call<'_>) -> Result<Value, SlackError> {
    let slack = lock(&call.state.slack);
    let channel = &slack.channel_for_bot(call.args.required("channel")?)?.id;
    let ts = call.args.required("message_ts")?;
    let message = slack
        .message(channel, ts)
        .ok_or(SlackError::new("message_not_found"))?;
    Ok(json!({ "channel": channel, "permalink": slack.permalink(channel, message) }))
}
