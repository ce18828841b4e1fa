//! Somebody closes a modal.

use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::{CannotAct, envelope, person};
use crate::{
    slack::{
        Workspace,
        delivery::{self, Outgoing},
    },
    state::lock,
};

/// The topmost modal goes, or all of them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Close {
    user: String,
    #[serde(default)]
    view_id: Option<String>,
    /// The cross in the corner, which closes the whole stack.
    #[serde(default)]
    all: bool,
    /// Another Maro than the usual one.
    #[serde(default)]
    to: Option<Url>,
}

/// Closes it and tells Maro if it asked for that.
pub(crate) async fn run(state: &Workspace, close: Close) -> Result<Value, CannotAct> {
    let (user, closed) = {
        let mut slack = lock(&state.slack);
        let user = person(&slack, &close.user)?;
        let open = slack.modals.entry(user.id.clone()).or_default();
        let wanted = |id: &String| open.last().is_none_or(|top| top.id != *id);
        if open.is_empty() || close.view_id.as_ref().is_some_and(wanted) {
            return Err(CannotAct::new("this modal is not open on top"));
        }
        let keep = if close.all { 0 } else { open.len() - 1 };
        let closed: Vec<_> = open.drain(keep..).rev().collect();
        (user, closed)
    };
    state.changed();
    let mut answers = Vec::new();
    for view in closed.iter().filter(|view| view.notifies_on_close()) {
        let mut payload = envelope(state.team, "view_closed", &user);
        payload["view"] = view.to_json();
        payload["is_cleared"] = close.all.into();
        let out = Outgoing::payload("interaction", "interactions", &payload);
        answers.push(delivery::send(state, &out, close.to.as_ref()).await);
    }
    Ok(answers
        .first()
        .map_or_else(|| json!({ "delivered": false }), |answer| json!(answer)))
}
