//! Views: modals and home tabs.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{
    APP,
    blocks::{self, Faults, Surface},
    error::SlackError,
    team::Team,
};
use crate::ids;

/// How large a view may be.
const LIMIT: usize = 250 * 1024;

/// A view that somebody has before them.
#[derive(Clone, Debug)]
pub(crate) struct View {
    pub(crate) team: &'static Team,
    pub(crate) id: String,
    pub(crate) user: String,
    pub(crate) hash: String,
    pub(crate) root: String,
    pub(crate) previous: Option<String>,
    /// What Maro sent, completed.
    content: Value,
    /// What is filled in: block id, action id, state.
    pub(crate) values: Map<String, Value>,
    /// What is shown beside the fields.
    pub(crate) errors: BTreeMap<String, String>,
    /// What is shown above the buttons when Maro could not be reached.
    pub(crate) trouble: Option<String>,
}

impl View {
    /// Checks a view and makes it the root of a stack.
    pub(crate) fn open(
        team: &'static Team,
        user: &str,
        content: Value,
    ) -> Result<Self, SlackError> {
        let content = checked(content)?;
        let id = format!("V{}", ids::upper(10));
        let values = initial_values(&content);
        Ok(Self {
            team,
            root: id.clone(),
            id,
            user: user.to_owned(),
            hash: new_hash(),
            previous: None,
            content,
            values,
            errors: BTreeMap::new(),
            trouble: None,
        })
    }

    /// Checks a view and puts it over this one.
    pub(crate) fn push(&self, content: Value) -> Result<Self, SlackError> {
        let mut pushed = Self::open(self.team, &self.user, content)?;
        pushed.root.clone_from(&self.root);
        pushed.previous = Some(self.id.clone());
        Ok(pushed)
    }

    /// Replaces the content; what was typed stays where block id and action id are the same.
    pub(crate) fn update(&mut self, content: Value) -> Result<(), SlackError> {
        let content = checked(content)?;
        let mut values = initial_values(&content);
        for (block, actions) in &mut values {
            for (action, state) in actions.as_object_mut().into_iter().flatten() {
                let typed = self
                    .values
                    .get(block)
                    .and_then(|actions| actions.get(action));
                if let Some(typed) = typed.filter(|typed| typed["type"] == state["type"]) {
                    *state = typed.clone();
                }
            }
        }
        self.values = values;
        self.content = content;
        self.hash = new_hash();
        self.errors.clear();
        self.trouble = None;
        Ok(())
    }

    /// `modal` or `home`.
    pub(crate) fn kind(&self) -> &str {
        self.text("type")
    }

    /// A text of the view, such as its `callback_id`.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.content[name].as_str().unwrap_or_default()
    }

    /// Whether closing it is told to Maro.
    pub(crate) fn notifies_on_close(&self) -> bool {
        self.content["notify_on_close"] == true
    }

    /// Its input blocks.
    pub(crate) fn inputs(&self) -> impl Iterator<Item = &Value> {
        self.content["blocks"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|b| b["type"] == "input")
    }

    /// Its blocks.
    pub(crate) fn blocks(&self) -> &Value {
        &self.content["blocks"]
    }

    /// The view as Slack sends it.
    pub(crate) fn to_json(&self) -> Value {
        let mut json = self.content.clone();
        let defaults = [
            ("private_metadata", json!("")),
            ("callback_id", json!("")),
            ("external_id", json!("")),
            ("clear_on_close", json!(false)),
            ("notify_on_close", json!(false)),
            ("close", Value::Null),
            ("submit", Value::Null),
        ];
        for (name, value) in defaults {
            if json.get(name).is_none() {
                json[name] = value;
            }
        }
        json["id"] = self.id.clone().into();
        json["team_id"] = self.team.id.into();
        json["app_id"] = APP.into();
        json["bot_id"] = self.team.bot.into();
        json["app_installed_team_id"] = self.team.id.into();
        json["hash"] = self.hash.clone().into();
        json["root_view_id"] = self.root.clone().into();
        json["previous_view_id"] = json!(self.previous);
        json["state"] = json!({ "values": self.values });
        json
    }

    /// The view as the page and the tests see it: with what is shown beside its fields.
    pub(crate) fn shown(&self) -> Value {
        let mut json = self.to_json();
        json["errors"] = json!(self.errors);
        json["trouble"] = json!(self.trouble);
        json
    }
}

/// Checks a view's own fields and its blocks, and completes them.
fn checked(mut content: Value) -> Result<Value, SlackError> {
    if content.to_string().len() > LIMIT {
        return Err(SlackError::new("view_too_large"));
    }
    let mut faults = Faults::default();
    let modal = content["type"] == "modal";
    if !modal && content["type"] != "home" {
        let kind = content["type"].as_str().unwrap_or_default();
        let detail = format!("unsupported type: {kind} [json-pointer:/view/type]");
        return Err(SlackError::invalid_arguments(detail));
    }
    let common = ["callback_id", "private_metadata", "external_id", "state"];
    let own = ["close", "submit", "clear_on_close", "notify_on_close"];
    let (required, optional) = if modal {
        (&["title", "blocks"][..], [&common[..], &own[..]].concat())
    } else {
        (&["blocks"][..], common.to_vec())
    };
    if faults.fields(&content, "/view", required, &optional) {
        check_fields(&mut content, &mut faults);
        let surface = if modal { Surface::Modal } else { Surface::Home };
        blocks::check(&mut content["blocks"], "/view/blocks", surface, &mut faults);
    }
    let has_input = content["blocks"]
        .as_array()
        .into_iter()
        .flatten()
        .any(|block| block["type"] == "input");
    if modal && has_input && content.get("submit").is_none_or(Value::is_null) {
        faults.add(
            "`submit` is required when an input block is within the blocks array",
            "/view",
        );
    }
    if faults.details.is_empty() {
        return Ok(content);
    }
    Err(SlackError::with_details(
        "invalid_arguments",
        faults.details,
    ))
}

fn check_fields(content: &mut Value, faults: &mut Faults) {
    for name in ["title", "submit", "close"] {
        let pointer = format!("/view/{name}");
        let Some(text) = content.get_mut(name).filter(|text| !text.is_null()) else {
            continue;
        };
        if text["type"] != "plain_text" {
            faults.add("must be a plain_text object", &pointer);
            continue;
        }
        if faults.fields(text, &pointer, &["text"], &["emoji"]) {
            faults.string(text, "text", &pointer, 24);
        }
    }
    faults.any_string(content, "callback_id", "/view", 255);
    faults.any_string(content, "external_id", "/view", 255);
    faults.any_string(content, "private_metadata", "/view", 3000);
    faults.boolean(content, "notify_on_close", "/view");
    faults.boolean(content, "clear_on_close", "/view");
}

/// What is filled in before anybody types.
fn initial_values(content: &Value) -> Map<String, Value> {
    let mut values = Map::new();
    for block in content["blocks"].as_array().into_iter().flatten() {
        let element = if block["type"] == "input" {
            &block["element"]
        } else {
            continue;
        };
        let id = |value: &Value, name: &str| value[name].as_str().unwrap_or_default().to_owned();
        let mut actions = Map::new();
        actions.insert(id(element, "action_id"), initial_state(element));
        values.insert(id(block, "block_id"), Value::Object(actions));
    }
    values
}

fn initial_state(element: &Value) -> Value {
    let kind = element["type"].as_str().unwrap_or_default();
    let (state, initial) = state_names(kind);
    let empty = if kind.starts_with("multi_") || kind == "checkboxes" {
        json!([])
    } else {
        Value::Null
    };
    let value = element.get(initial).cloned().unwrap_or(empty);
    let mut out = Map::new();
    out.insert("type".into(), kind.into());
    out.insert(state.into(), value);
    Value::Object(out)
}

/// Under which names an element keeps its state and its initial value.
pub(crate) fn state_names(kind: &str) -> (&'static str, &'static str) {
    match kind {
        "static_select" | "external_select" | "radio_buttons" => {
            ("selected_option", "initial_option")
        }
        "multi_static_select" | "multi_external_select" | "checkboxes" => {
            ("selected_options", "initial_options")
        }
        "users_select" => ("selected_user", "initial_user"),
        "multi_users_select" => ("selected_users", "initial_users"),
        "conversations_select" => ("selected_conversation", "initial_conversation"),
        "channels_select" => ("selected_channel", "initial_channel"),
        "datepicker" => ("selected_date", "initial_date"),
        "timepicker" => ("selected_time", "initial_time"),
        _ => ("value", "initial_value"),
    }
}

fn new_hash() -> String {
    format!("{}.{}", rand::random::<u32>(), ids::hex(8))
}
