//! Somebody uses a shortcut: on a message, or a global one.

use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::{CannotAct, channel_of, channel_reference, envelope, person, response_url};
use crate::{
    slack::{
        Workspace,
        delivery::{self, Outgoing},
        message::ts_of,
        trigger::ResponseUrl,
    },
    state::lock,
};

/// A shortcut as it was picked from a menu.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Shortcut {
    user: String,
    callback_id: String,
    /// Channel and message; both absent for a global shortcut.
    #[serde(default)]
    channel: Option<String>,
    #[serde(default)]
    ts: Option<String>,
    /// Another Maro than the usual one.
    #[serde(default)]
    to: Option<Url>,
}

/// Delivers the shortcut.
pub(crate) async fn run(state: &Workspace, shortcut: Shortcut) -> Result<Value, CannotAct> {
    let payload = payload(state, &shortcut)?;
    let out = Outgoing::payload("interaction", "interactions", &payload);
    let answer = delivery::send(state, &out, shortcut.to.as_ref()).await;
    Ok(json!(answer))
}

fn payload(state: &Workspace, shortcut: &Shortcut) -> Result<Value, CannotAct> {
    let now = state.clock.now();
    let mut slack = lock(&state.slack);
    let user = person(&slack, &shortcut.user)?;
    let on = match (&shortcut.channel, &shortcut.ts) {
        (Some(channel), Some(ts)) => Some((channel_of(&slack, &user, channel)?, ts)),
        (None, None) => None,
        _ => {
            return Err(CannotAct::new(
                "a message shortcut needs both channel and ts",
            ));
        }
    };
    let kind = if on.is_some() {
        "message_action"
    } else {
        "shortcut"
    };
    let mut payload = envelope(state.team, kind, &user);
    payload["callback_id"] = shortcut.callback_id.clone().into();
    payload["action_ts"] = ts_of(now).into();
    if let Some((channel, ts)) = on {
        let message = slack
            .message(&channel.id, ts)
            .ok_or_else(|| CannotAct::new(format!("there is no message {ts}")))?;
        payload["message"] = slack.message_json(&channel.id, message, false);
        payload["message_ts"] = ts.clone().into();
        payload["channel"] = channel_reference(&channel);
        let url = ResponseUrl::new(&user.id, &channel.id, now);
        let token = slack.new_response_url(url);
        payload["response_url"] = response_url(state, &token).into();
    }
    payload["trigger_id"] = slack.new_trigger(&user.id, None, now).into();
    Ok(payload)
}
