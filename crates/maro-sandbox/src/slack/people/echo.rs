//! Maro's own messages come back to it, if it is subscribed to messages.

use serde_json::Value;

use super::event;
use crate::{slack::Workspace, state::lock};

/// Delivers Maro's own message in the background.
pub(crate) fn own_message(state: &Workspace, channel: &str, message: &Value) {
    let Some(event) = message_event(state, channel, message) else {
        return;
    };
    let again = state.clone();
    state.tasks.spawn(async move {
        event::deliver(&again, &event, None).await;
    });
}

/// The `message` event for a message, if the app is subscribed to it.
pub(super) fn message_event(state: &Workspace, channel: &str, message: &Value) -> Option<Value> {
    let private = lock(&state.slack).channel(channel)?.private;
    let (name, kind) = if private {
        ("message.groups", "group")
    } else {
        ("message.channels", "channel")
    };
    if !event::subscribed(state, name) {
        return None;
    }
    let mut event = message.clone();
    event["channel"] = channel.into();
    event["channel_type"] = kind.into();
    event["event_ts"] = message["ts"].clone();
    Some(event)
}
