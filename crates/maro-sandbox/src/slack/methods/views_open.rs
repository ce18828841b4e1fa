//! `views.open`: a trigger id becomes a modal.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::Call;
use crate::{
    slack::{args::Args, error::SlackError, state::SlackState, trigger::Trigger, view::View},
    state::lock,
};

pub(super) fn run(call: &Call<'_>) -> Result<Value, SlackError> {
    let mut slack = lock(&call.state.slack);
    let (id, trigger) = trigger(&slack, call.args, call.now())?;
    let view = View::open(slack.team, &trigger.user, view_argument(call.args)?)?;
    if view.kind() != "modal" {
        return Err(SlackError::invalid_arguments(
            "only modals can be opened [json-pointer:/view/type]",
        ));
    }
    unique_external_id(&slack, &view)?;
    exchange(&mut slack, &id);
    let shown = view.to_json();
    slack.modals.insert(trigger.user, vec![view]);
    Ok(json!({ "view": shown }))
}

/// Finds a trigger that still works.
pub(super) fn trigger(
    slack: &SlackState,
    args: &Args,
    now: DateTime<Utc>,
) -> Result<(String, Trigger), SlackError> {
    let id = args.required("trigger_id")?;
    let trigger = slack
        .triggers
        .get(id)
        .ok_or(SlackError::new("invalid_trigger_id"))?;
    trigger.check(now)?;
    Ok((id.to_owned(), trigger.clone()))
}

/// Uses a trigger up.
pub(super) fn exchange(slack: &mut SlackState, id: &str) {
    if let Some(trigger) = slack.triggers.get_mut(id) {
        trigger.exchange();
    }
}

/// The view that must be there.
pub(super) fn view_argument(args: &Args) -> Result<Value, SlackError> {
    args.structure("view", "invalid_arguments")?
        .ok_or_else(|| SlackError::invalid_arguments("missing required field: view"))
}

/// External ids are unique among the open views of the workspace.
pub(super) fn unique_external_id(slack: &SlackState, view: &View) -> Result<(), SlackError> {
    let external_id = view.text("external_id");
    let same = |open: &View| open.id != view.id && open.text("external_id") == external_id;
    if !external_id.is_empty() && slack.modals.values().flatten().any(same) {
        return Err(SlackError::new("duplicate_external_id"));
    }
    Ok(())
}
