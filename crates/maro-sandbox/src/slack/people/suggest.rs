//! Somebody types into an external select, and Maro offers options.

use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::{CannotAct, channel_of, channel_reference, click::find_element, envelope, person};
use crate::{
    slack::{
        Answer, Workspace,
        delivery::{self, Outgoing},
        state::SlackState,
    },
    state::lock,
};

/// What was typed, and where.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Suggest {
    user: String,
    action_id: String,
    #[serde(default)]
    value: String,
    #[serde(default)]
    view_id: Option<String>,
    #[serde(default)]
    channel: Option<String>,
    #[serde(default)]
    ts: Option<String>,
    /// Another Maro than the usual one.
    #[serde(default)]
    to: Option<Url>,
}

/// Asks Maro and remembers what it offered: only that can be chosen.
pub(crate) async fn run(state: &Workspace, suggest: Suggest) -> Result<Value, CannotAct> {
    let (payload, place) = {
        let slack = lock(&state.slack);
        payload(&slack, &suggest)?
    };
    let out = Outgoing::payload("options", "options", &payload);
    let answer = delivery::send(state, &out, suggest.to.as_ref()).await;
    let options = offered(&answer);
    let mut shown = json!(answer);
    shown["options"] = json!(options);
    lock(&state.slack)
        .suggestions
        .insert((place, suggest.action_id), options);
    Ok(shown)
}

fn payload(slack: &SlackState, suggest: &Suggest) -> Result<(Value, String), CannotAct> {
    let user = person(slack, &suggest.user)?;
    let mut payload = envelope(slack.team, "block_suggestion", &user);
    let missing = || CannotAct::new(format!("there is no menu {}", suggest.action_id));
    let place = if let Some(id) = &suggest.view_id {
        let view = slack.view(id).filter(|view| view.user == user.id);
        let view = view.ok_or_else(|| CannotAct::new("this modal is not open"))?;
        let (block, _) = find_element(view.blocks(), &suggest.action_id).ok_or_else(missing)?;
        payload["block_id"] = block["block_id"].clone();
        payload["container"] = json!({ "type": "view", "view_id": id });
        payload["view"] = view.to_json();
        id.clone()
    } else {
        let channel = suggest.channel.as_deref().unwrap_or_default();
        let channel = channel_of(slack, &user, channel)?;
        let ts = suggest.ts.clone().unwrap_or_default();
        let message = slack.message(&channel.id, &ts).ok_or_else(missing)?;
        let blocks = message.blocks.as_ref().ok_or_else(missing)?;
        let (block, _) = find_element(blocks, &suggest.action_id).ok_or_else(missing)?;
        payload["block_id"] = block["block_id"].clone();
        payload["container"] = json!({
            "type": "message", "message_ts": ts, "channel_id": channel.id, "is_ephemeral": false,
        });
        payload["channel"] = channel_reference(&channel);
        payload["message"] = slack.message_json(&channel.id, message, false);
        ts
    };
    payload["action_id"] = suggest.action_id.clone().into();
    payload["value"] = suggest.value.clone().into();
    Ok((payload, place))
}

/// The options in the answer, those in groups too; at most 100 are shown.
fn offered(answer: &Answer) -> Vec<Value> {
    let Some(json) = answer.json().filter(|_| answer.is_ok()) else {
        return Vec::new();
    };
    let direct = json["options"].as_array().into_iter().flatten();
    let groups = json["option_groups"].as_array().into_iter().flatten();
    let grouped = groups.flat_map(|group| group["options"].as_array().into_iter().flatten());
    direct
        .chain(grouped)
        .filter(|option| is_option(option))
        .take(100)
        .cloned()
        .collect()
}

fn is_option(option: &Value) -> bool {
    let short = |text: &Value| {
        text.as_str()
            .is_some_and(|text| (1..=75).contains(&text.chars().count()))
    };
    option["text"]["type"] == "plain_text"
        && short(&option["text"]["text"])
        && short(&option["value"])
}
