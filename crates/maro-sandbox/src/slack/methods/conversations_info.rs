//! `conversations.info`.

use serde_json::{Value, json};

use super::Call;
use crate::{slack::error::SlackError, state::lock};

pub(super) fn run(call: &Call<'_>) -> Result<Value, SlackError> {
    let slack = lock(&call.state.slack);
    let channel = slack.channel_for_bot(call.args.required("channel")?)?;
    let mut shown = channel.to_json(slack.team);
    if call.args.flag("include_num_members") {
        shown["num_members"] = channel.members.len().into();
    }
    Ok(json!({ "channel": shown }))
}
