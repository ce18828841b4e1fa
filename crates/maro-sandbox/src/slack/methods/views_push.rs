//! `views.push`: another modal over the one that the trigger came from.

use serde_json::{Value, json};

use super::{
    Call,
    views_open::{exchange, trigger, unique_external_id, view_argument},
};
use crate::{slack::error::SlackError, state::lock};

/// How many modals lie over each other at most.
pub(crate) const STACK: usize = 3;

pub(super) fn run(call: &Call<'_>) -> Result<Value, SlackError> {
    let mut slack = lock(&call.state.slack);
    let (id, trigger) = trigger(&slack, call.args, call.now())?;
    let open = slack
        .modals
        .get(&trigger.user)
        .map_or(&[][..], Vec::as_slice);
    let Some(top) = open.last().filter(|_| trigger.view.is_some()) else {
        return Err(SlackError::new("not_found"));
    };
    if open.len() >= STACK {
        return Err(SlackError::new("push_limit_reached"));
    }
    let view = top.push(view_argument(call.args)?)?;
    unique_external_id(&slack, &view)?;
    exchange(&mut slack, &id);
    let shown = view.to_json();
    slack.modals.entry(trigger.user).or_default().push(view);
    Ok(json!({ "view": shown }))
}
