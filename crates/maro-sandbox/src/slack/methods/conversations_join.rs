//! `conversations.join`: Maro enters a public channel.

use serde_json::{Value, json};

use super::Call;
use crate::{slack::error::SlackError, state::lock};

pub(super) fn run(call: &Call<'_>) -> Result<Value, SlackError> {
    let mut slack = lock(&call.state.slack);
    let channel = slack.channel_for_bot(call.args.required("channel")?)?;
    if channel.archived {
        return Err(SlackError::new("is_archived"));
    }
    if channel.private {
        return Err(SlackError::new("method_not_supported_for_channel_type"));
    }
    let id = channel.id.clone();
    let team = slack.team;
    let mut answer = json!({});
    for channel in slack.channels.iter_mut().filter(|channel| channel.id == id) {
        if !channel.members.insert(team.bot_user.to_owned()) {
            answer["warning"] = "already_in_channel".into();
            answer["response_metadata"] = json!({ "warnings": ["already_in_channel"] });
        }
        answer["channel"] = channel.to_json(team);
    }
    Ok(answer)
}
