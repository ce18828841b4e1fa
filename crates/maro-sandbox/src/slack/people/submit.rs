//! Somebody submits a modal.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value, json};
use url::Url;

use super::{CannotAct, envelope, fields, person};
use crate::{
    slack::{
        Answer, Workspace,
        delivery::{self, Outgoing},
        methods::STACK,
        state::SlackState,
        view::View,
    },
    state::lock,
};

/// What Slack says when the answer is late, missing or not understood.
const TROUBLE: &str = "We had some trouble connecting. Try again?";

/// A modal as it was filled in.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Submit {
    user: String,
    /// The topmost modal, if absent.
    #[serde(default)]
    view_id: Option<String>,
    /// By block id: a text, a list of texts, or by action id.
    #[serde(default)]
    values: Map<String, Value>,
    /// Another Maro than the usual one.
    #[serde(default)]
    to: Option<Url>,
}

/// Fills the fields in, sends the modal, and does what the answer says.
pub(crate) async fn run(state: &Workspace, submit: Submit) -> Result<Value, CannotAct> {
    let (id, payload) = match filled(state, &submit)? {
        Ok(filled) => filled,
        Err(errors) => {
            state.changed();
            return Ok(json!({ "delivered": false, "errors": errors }));
        }
    };
    let out = Outgoing::payload("interaction", "interactions", &payload);
    let answer = delivery::send(state, &out, submit.to.as_ref()).await;
    let mut shown = json!(answer);
    {
        let mut slack = lock(&state.slack);
        if let Err(trouble) = obey(&mut slack, &id, &answer) {
            shown["trouble"] = trouble.into();
            if let Some(view) = slack.view_mut(&id) {
                view.trouble = Some(TROUBLE.to_owned());
            }
        }
        let view = slack.view(&id);
        shown["errors"] = json!(view.map(|view| view.errors.clone()).unwrap_or_default());
        shown["open"] = view.is_some().into();
    }
    state.changed();
    Ok(shown)
}

type Filled = Result<(String, Value), BTreeMap<String, String>>;

/// Fills the fields in; the inner error is what the client itself complains of.
fn filled(state: &Workspace, submit: &Submit) -> Result<Filled, CannotAct> {
    let now = state.clock.now();
    let mut slack = lock(&state.slack);
    let user = person(&slack, &submit.user)?;
    let top = slack.modals.get(&user.id).and_then(|stack| stack.last());
    let top = top.ok_or_else(|| CannotAct::new(format!("{} has no open modal", user.name)))?;
    let id = top.id.clone();
    if submit.view_id.as_ref().is_some_and(|wanted| *wanted != id) {
        return Err(CannotAct::new("this modal is not open on top"));
    }
    let values = values(&slack, top, &submit.values)?;
    let complaints: BTreeMap<String, String> = top
        .inputs()
        .filter_map(|block| {
            let (block_id, action_id) =
                (block["block_id"].as_str()?, &block["element"]["action_id"]);
            let state = &values.get(block_id)?[action_id.as_str()?];
            Some((block_id.to_owned(), fields::complaint(block, state)?))
        })
        .collect();
    let trigger = slack.new_trigger(&user.id, Some(id.clone()), now);
    let view = slack
        .view_mut(&id)
        .ok_or_else(|| CannotAct::new("this modal is not open"))?;
    view.values = values;
    view.trouble = None;
    view.errors.clone_from(&complaints);
    if !complaints.is_empty() {
        return Ok(Err(complaints));
    }
    let mut payload = envelope(state.team, "view_submission", &user);
    payload["view"] = view.to_json();
    payload["trigger_id"] = trigger.into();
    payload["response_urls"] = json!([]);
    Ok(Ok((id, payload)))
}

/// The values of all fields: what is given, else what is there already.
fn values(
    slack: &SlackState,
    view: &View,
    given: &Map<String, Value>,
) -> Result<Map<String, Value>, CannotAct> {
    let mut values = view.values.clone();
    for name in given.keys() {
        if !values.contains_key(name) {
            return Err(CannotAct::new(format!("the modal has no field {name}")));
        }
    }
    for block in view.inputs() {
        let block_id = block["block_id"].as_str().unwrap_or_default();
        let action_id = block["element"]["action_id"].as_str().unwrap_or_default();
        let Some(given) = given.get(block_id) else {
            continue;
        };
        let given = given.get(action_id).unwrap_or(given);
        let key = (view.id.clone(), action_id.to_owned());
        let suggested = slack.suggestions.get(&key).map_or(&[][..], Vec::as_slice);
        values[block_id][action_id] = fields::state_of(&block["element"], given, suggested)?;
    }
    Ok(values)
}

/// Does what the answer to a submission says.
fn obey(slack: &mut SlackState, id: &str, answer: &Answer) -> Result<(), String> {
    if let Some(error) = answer.error {
        return Err(error.to_owned());
    }
    let user = slack
        .view(id)
        .map(|view| view.user.clone())
        .unwrap_or_default();
    let empty = answer.body.trim().is_empty();
    let Some(json) = answer.json().or(empty.then(|| json!({}))) else {
        return Err("the answer is not JSON".to_owned());
    };
    let view = json.get("view").cloned().unwrap_or(Value::Null);
    match json["response_action"].as_str() {
        None if json == json!({}) => {
            if let Some(stack) = slack.modals.get_mut(&user) {
                stack.retain(|view| view.id != id);
            }
            Ok(())
        }
        Some("clear") => {
            slack.modals.remove(&user);
            Ok(())
        }
        Some("errors") => show_errors(slack, id, &json["errors"]),
        Some("update") => match slack.view_mut(id) {
            Some(open) => open.update(view).map_err(|err| err.body().to_string()),
            None => Err("not_found".to_owned()),
        },
        Some("push") => push(slack, &user, view),
        _ => Err("the answer has no known response_action".to_owned()),
    }
}

/// Errors go beside input blocks; for anything else Slack shows trouble.
fn show_errors(slack: &mut SlackState, id: &str, errors: &Value) -> Result<(), String> {
    let view = slack.view_mut(id).ok_or("not_found")?;
    let errors: BTreeMap<String, String> =
        serde_json::from_value(errors.clone()).map_err(|_| "errors is not a map of texts")?;
    let known = |block: &String| view.inputs().any(|input| input["block_id"] == **block);
    if errors.is_empty() || !errors.keys().all(known) {
        return Err("errors must name input blocks".to_owned());
    }
    view.errors = errors;
    Ok(())
}

fn push(slack: &mut SlackState, user: &str, content: Value) -> Result<(), String> {
    let open = slack.modals.entry(user.to_owned()).or_default();
    let Some(top) = open.last().filter(|_| open.len() < STACK) else {
        return Err("push_limit_reached".to_owned());
    };
    let view = top.push(content).map_err(|err| err.body().to_string())?;
    open.push(view);
    Ok(())
}
