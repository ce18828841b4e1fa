//! What a workspace still tells an app that lost its tokens there.

use serde_json::{Value, json};

use super::event;
use crate::slack::Workspace;

/// Delivers the last events in the background.
pub(crate) fn in_background(state: &Workspace, events: Vec<Value>) {
    let again = state.clone();
    state
        .tasks
        .spawn(async move { deliver(&again, events).await });
}

/// Delivers the last events, those that the app is subscribed to.
pub(crate) async fn deliver(state: &Workspace, events: Vec<Value>) -> Value {
    let mut answers = Vec::new();
    for event in events {
        if event::subscribed(state, event["type"].as_str().unwrap_or_default()) {
            answers.push(event::say_farewell(state, &event).await);
        }
    }
    json!(answers)
}
