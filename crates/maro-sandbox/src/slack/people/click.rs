//! Somebody clicks a button or picks from a menu, in a message or in a modal.

use futures_util::future::join_all;
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::{CannotAct, channel_of, channel_reference, envelope, fields, person, response_url};
use crate::{
    slack::{
        Workspace,
        channel::User,
        delivery::{self, Outgoing},
        message::ts_of,
        state::SlackState,
        trigger::ResponseUrl,
    },
    state::lock,
};

/// A click.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Click {
    user: String,
    action_id: String,
    #[serde(default)]
    channel: Option<String>,
    #[serde(default)]
    ts: Option<String>,
    #[serde(default)]
    view_id: Option<String>,
    /// The option that is picked; for a button, a value that it does not have (a forgery).
    #[serde(default)]
    value: Option<String>,
    /// How many clicks come at the same time.
    #[serde(default = "once")]
    times: u32,
    /// Whether these are one click delivered several times instead of several clicks.
    #[serde(default)]
    identical: bool,
    /// Whether buttons that the message had before may be clicked.
    #[serde(default)]
    stale: bool,
    /// Several Maros; the clicks go to them in turn.
    #[serde(default)]
    to: Vec<Url>,
}

fn once() -> u32 {
    1
}

/// Delivers the clicks at the same time.
pub(crate) async fn run(state: &Workspace, click: Click) -> Result<Value, CannotAct> {
    let mut payloads = vec![payload(state, &click)?];
    for _ in 1..click.times {
        payloads.push(if click.identical {
            payloads[0].clone()
        } else {
            payload(state, &click)?
        });
    }
    let deliveries = payloads.iter().enumerate().map(|(index, payload)| {
        let to = (!click.to.is_empty()).then(|| click.to[index % click.to.len()].clone());
        let out = Outgoing::payload("interaction", "interactions", payload);
        async move { delivery::send(state, &out, to.as_ref()).await }
    });
    let answers = join_all(deliveries).await;
    let mut shown = json!(answers.first());
    shown["answers"] = json!(answers);
    Ok(shown)
}

fn payload(state: &Workspace, click: &Click) -> Result<Value, CannotAct> {
    let mut slack = lock(&state.slack);
    let user = person(&slack, &click.user)?;
    if let Some(id) = &click.view_id {
        return in_view(state, &mut slack, &user, click, id);
    }
    in_message(state, &mut slack, &user, click)
}

fn in_message(
    state: &Workspace,
    slack: &mut SlackState,
    user: &User,
    click: &Click,
) -> Result<Value, CannotAct> {
    let now = state.clock.now();
    let channel = channel_of(slack, user, click.channel.as_deref().unwrap_or_default())?;
    let ts = click.ts.as_deref().unwrap_or_default();
    let ephemeral = slack.ephemeral(&channel.id, &user.id, ts);
    let message = ephemeral
        .or_else(|| slack.message(&channel.id, ts))
        .ok_or_else(|| CannotAct::new(format!("there is no message {ts}")))?;
    let former = message.former_blocks.iter().rev().filter(|_| click.stale);
    let (block, element) = message
        .blocks
        .iter()
        .chain(former)
        .find_map(|blocks| find_element(blocks, &click.action_id))
        .ok_or_else(|| CannotAct::new(format!("message {ts} has no {}", click.action_id)))?;
    let action = action(slack, ts, block, element, click, &ts_of(now))?;
    let mut payload = envelope(slack.team, "block_actions", user);
    payload["container"] = json!({
        "type": "message", "message_ts": ts, "channel_id": channel.id,
        "is_ephemeral": ephemeral.is_some(),
    });
    if let Some(thread) = message.thread_ts.as_ref().filter(|_| message.is_reply()) {
        payload["container"]["thread_ts"] = thread.clone().into();
    }
    if ephemeral.is_none() {
        payload["message"] = slack.message_json(&channel.id, message, false);
    }
    payload["channel"] = channel_reference(&channel);
    payload["state"] = json!({ "values": {} });
    payload["actions"] = json!([action]);
    let url = ResponseUrl::new(&user.id, &channel.id, now).on(ts, ephemeral.is_some());
    let token = slack.new_response_url(url);
    payload["response_url"] = response_url(state, &token).into();
    payload["trigger_id"] = slack.new_trigger(&user.id, None, now).into();
    Ok(payload)
}

fn in_view(
    state: &Workspace,
    slack: &mut SlackState,
    user: &User,
    click: &Click,
    id: &str,
) -> Result<Value, CannotAct> {
    let now = state.clock.now();
    let view = slack.view(id).filter(|view| view.user == user.id);
    let view = view.ok_or_else(|| CannotAct::new("this modal is not open"))?;
    let (block, element) = find_element(view.blocks(), &click.action_id)
        .ok_or_else(|| CannotAct::new(format!("the modal has no {}", click.action_id)))?;
    if block["type"] == "input" && block["dispatch_action"] != true {
        return Err(CannotAct::new(format!(
            "{} does not dispatch actions",
            click.action_id
        )));
    }
    let action = action(slack, id, block, element, click, &ts_of(now))?;
    let mut payload = envelope(slack.team, "block_actions", user);
    payload["container"] = json!({ "type": "view", "view_id": id });
    payload["actions"] = json!([action]);
    if let Some(view) = slack.view_mut(id) {
        fields::remember(&mut view.values, &action);
        payload["view"] = view.to_json();
    }
    payload["trigger_id"] = slack.new_trigger(&user.id, Some(id.to_owned()), now).into();
    Ok(payload)
}

/// What was clicked, as the payload names it.
fn action(
    slack: &SlackState,
    place: &str,
    block: &Value,
    element: &Value,
    click: &Click,
    action_ts: &str,
) -> Result<Value, CannotAct> {
    let mut action = json!({
        "type": element["type"], "action_id": click.action_id, "block_id": block["block_id"],
        "action_ts": action_ts,
    });
    if element["type"] == "button" {
        action["text"] = element["text"].clone();
        for name in ["value", "url", "style", "confirm"] {
            if let Some(value) = element.get(name) {
                action[name] = value.clone();
            }
        }
        if let Some(value) = &click.value {
            action["value"] = value.clone().into();
        }
        return Ok(action);
    }
    let offered = slack
        .suggestions
        .get(&(place.to_owned(), click.action_id.clone()));
    let chosen = click.value.clone().map_or(Value::Null, Value::String);
    let state = fields::state_of(element, &chosen, offered.map_or(&[], Vec::as_slice))?;
    for (name, value) in state.as_object().into_iter().flatten() {
        action[name.as_str()] = value.clone();
    }
    Ok(action)
}

/// Finds an element by its action id, with the block that it is in.
pub(super) fn find_element<'b>(
    blocks: &'b Value,
    action_id: &str,
) -> Option<(&'b Value, &'b Value)> {
    blocks.as_array()?.iter().find_map(|block| {
        let listed = block["elements"].as_array().into_iter().flatten();
        let mut all = listed
            .chain(block.get("accessory"))
            .chain(block.get("element"));
        all.find(|element| element["action_id"] == action_id)
            .map(|element| (block, element))
    })
}
