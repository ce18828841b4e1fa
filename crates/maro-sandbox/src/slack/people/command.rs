//! Somebody types a slash command.

use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::{CannotAct, channel_of, notice, person, response_url, shown_name};
use crate::{
    slack::{
        APP, Answer, Workspace,
        blocks::check_message_blocks,
        channel::{Channel, User},
        delivery::{self, Outgoing},
        message::Message,
        trigger::ResponseUrl,
    },
    state::lock,
};

/// A slash command as it was typed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Command {
    user: String,
    channel: String,
    #[serde(default)]
    text: String,
    #[serde(default = "usual", rename = "command")]
    name: String,
    /// Commands do not work in threads; Slack says so.
    #[serde(default)]
    thread_ts: Option<String>,
    /// Another Maro than the usual one.
    #[serde(default)]
    to: Option<Url>,
}

fn usual() -> String {
    "/maro".into()
}

/// Sends the command and shows the answer.
pub(crate) async fn run(state: &Workspace, command: Command) -> Result<Value, CannotAct> {
    let (user, channel) = {
        let slack = lock(&state.slack);
        let user = person(&slack, &command.user)?;
        let channel = channel_of(&slack, &user, &command.channel)?;
        (user, channel)
    };
    if let Some(thread) = &command.thread_ts {
        let text = format!("{} is not supported in threads. Sorry!", command.name);
        notice::tell(state, &channel.id, &user.id, Some(thread), &text);
        return Ok(json!({ "delivered": false, "shown": text }));
    }
    let out = delivery_of(state, &command, &user, &channel);
    let answer = delivery::send(state, &out, command.to.as_ref()).await;
    if let Err(error) = show(state, &command, &user, &channel, &answer) {
        let text = format!("{} failed with the error \"{error}\"", command.name);
        notice::tell(state, &channel.id, &user.id, None, &text);
    }
    state.changed();
    Ok(json!(answer))
}

fn delivery_of(state: &Workspace, command: &Command, user: &User, channel: &Channel) -> Outgoing {
    let now = state.clock.now();
    let mut slack = lock(&state.slack);
    let trigger = slack.new_trigger(&user.id, None, now);
    let token = slack.new_response_url(ResponseUrl::new(&user.id, &channel.id, now));
    drop(slack);
    let fields = [
        ("token", "sandbox-verification-token"),
        ("team_id", state.team.id),
        ("team_domain", state.team.domain),
        ("channel_id", &channel.id),
        ("channel_name", shown_name(channel)),
        ("user_id", &user.id),
        ("user_name", &user.name),
        ("command", &command.name),
        ("text", command.text.trim()),
        ("api_app_id", APP),
        ("is_enterprise_install", "false"),
        ("response_url", &response_url(state, &token)),
        ("trigger_id", &trigger),
    ];
    Outgoing::form("command", "commands", &fields)
}

/// Shows what the answer says: text, or JSON if it says that it is JSON.
fn show(
    state: &Workspace,
    command: &Command,
    user: &User,
    channel: &Channel,
    answer: &Answer,
) -> Result<(), &'static str> {
    if let Some(error) = answer.error {
        return Err(error);
    }
    if answer.body.trim().is_empty() {
        return Ok(());
    }
    let mut reply = answer
        .json()
        .unwrap_or_else(|| json!({ "text": answer.body }));
    let in_channel = reply["response_type"] == "in_channel";
    let blocks = reply
        .get_mut("blocks")
        .map(Value::take)
        .filter(|blocks| !blocks.is_null());
    let blocks = match blocks {
        Some(mut blocks) => {
            check_message_blocks(&mut blocks).map_err(|err| err.code)?;
            Some(blocks)
        }
        None => None,
    };
    let text = reply["text"].as_str().unwrap_or_default();
    if text.is_empty() && blocks.is_none() {
        return Ok(());
    }
    let now = state.clock.now();
    let mut slack = lock(&state.slack);
    if in_channel {
        let typed = format!("{} {}", command.name, command.text);
        let ts = slack.next_ts(now);
        slack.put(&channel.id, Message::plain(ts, &user.id, typed.trim()));
    }
    let ts = slack.next_ts(now);
    let message = Message {
        blocks,
        ..Message::plain(ts, state.team.bot_user, text)
    };
    if in_channel {
        slack.put(&channel.id, message);
    } else {
        slack.put_ephemeral(&channel.id, &user.id, message);
    }
    Ok(())
}
