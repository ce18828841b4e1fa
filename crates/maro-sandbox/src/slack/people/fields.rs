//! What is filled into the fields of a view, in Slack's shape.

use serde_json::{Map, Value, json};

use super::CannotAct;
use crate::slack::view::state_names;

/// The state of an element after somebody filled in `given`.
///
/// `given` is a text, a list of texts, or Slack's own shape. Only what is
/// offered can be chosen; `suggested` is what Maro offered on request.
pub(super) fn state_of(
    element: &Value,
    given: &Value,
    suggested: &[Value],
) -> Result<Value, CannotAct> {
    let kind = element["type"].as_str().unwrap_or_default();
    let (name, initial) = state_names(kind);
    let given = given.get(name).unwrap_or(given);
    let value = match name {
        "selected_option" if given.is_null() => Value::Null,
        "selected_option" => pick(element, initial, given, suggested)?,
        "selected_options" => {
            let all = given.as_array().cloned().unwrap_or_else(|| {
                if given.is_null() {
                    Vec::new()
                } else {
                    vec![given.clone()]
                }
            });
            let picked: Result<Vec<_>, _> = all
                .iter()
                .map(|one| pick(element, initial, one, suggested))
                .collect();
            Value::Array(picked?)
        }
        _ if given.as_str().is_some_and(str::is_empty) => Value::Null,
        _ => given.clone(),
    };
    let mut state = Map::new();
    state.insert("type".into(), kind.into());
    state.insert(name.into(), value);
    Ok(Value::Object(state))
}

/// Keeps the state that an action carries, if the view has such a field.
pub(super) fn remember(values: &mut Map<String, Value>, action: &Value) {
    let text = |name: &str| action[name].as_str().unwrap_or_default().to_owned();
    let (name, _) = state_names(&text("type"));
    if let Some(state) = values
        .get_mut(&text("block_id"))
        .and_then(|actions| actions.get_mut(text("action_id")))
    {
        *state = json!({ "type": action["type"], name: action[name] });
    }
}

/// What the client says before it sends anything to Maro, by block id.
pub(super) fn complaint(block: &Value, state: &Value) -> Option<String> {
    let element = &block["element"];
    let (name, _) = state_names(element["type"].as_str().unwrap_or_default());
    let value = &state[name];
    let empty = value.is_null() || value == &json!([]) || value == &json!("");
    if empty {
        let optional = block["optional"] == true;
        return (!optional).then(|| "Please complete this required field.".to_owned());
    }
    let length = value.as_str()?.chars().count() as u64;
    let max = element["max_length"].as_u64().unwrap_or(3000);
    if length > max {
        return Some(format!("Please shorten this to {max} characters or less."));
    }
    let min = element["min_length"].as_u64().unwrap_or(0);
    (length < min).then(|| format!("Please use at least {min} characters."))
}

/// Picks an option by its value or by its text.
fn pick(
    element: &Value,
    initial: &str,
    given: &Value,
    suggested: &[Value],
) -> Result<Value, CannotAct> {
    let direct = element["options"].as_array().into_iter().flatten();
    let groups = element["option_groups"].as_array().into_iter().flatten();
    let grouped = groups.flat_map(|group| group["options"].as_array().into_iter().flatten());
    let start = match &element[initial] {
        Value::Array(all) => all.iter().collect(),
        Value::Null => Vec::new(),
        one => vec![one],
    };
    let wanted = given.get("value").unwrap_or(given);
    direct
        .chain(grouped)
        .chain(suggested)
        .chain(start)
        .find(|option| option["value"] == *wanted || option["text"]["text"] == *wanted)
        .cloned()
        .ok_or_else(|| CannotAct::new(format!("{} does not offer {wanted}", element["action_id"])))
}
