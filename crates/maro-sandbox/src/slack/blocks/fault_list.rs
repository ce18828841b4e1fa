//! What is wrong with some blocks, and the small checks that find it.

use std::collections::BTreeSet;

use serde_json::Value;

/// What was found so far.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    /// Details with JSON pointers.
    pub(crate) details: Vec<String>,
    /// Characters in all text objects.
    pub(crate) text_total: usize,
    /// Characters in all markdown blocks.
    pub(crate) markdown_total: usize,
    block_ids: BTreeSet<String>,
    action_ids: BTreeSet<String>,
}

impl Faults {
    /// Records one fault.
    pub(crate) fn add(&mut self, what: impl AsRef<str>, pointer: &str) {
        self.details
            .push(format!("{} [json-pointer:{pointer}]", what.as_ref()));
    }

    /// Checks that the value is an object with these fields and no others.
    pub(crate) fn fields(
        &mut self,
        value: &Value,
        pointer: &str,
        required: &[&str],
        optional: &[&str],
    ) -> bool {
        let Some(object) = value.as_object() else {
            self.add("must be an object", pointer);
            return false;
        };
        let before = self.details.len();
        for name in required {
            if object.get(*name).is_none_or(Value::is_null) {
                self.add(format!("missing required field: {name}"), pointer);
            }
        }
        for name in object.keys() {
            let name = name.as_str();
            if name != "type" && !required.contains(&name) && !optional.contains(&name) {
                self.add(format!("invalid additional property: {name}"), pointer);
            }
        }
        self.details.len() == before
    }

    /// Checks an optional string of at least one character.
    pub(crate) fn string(&mut self, value: &Value, name: &str, pointer: &str, max: usize) {
        let pointer = format!("{pointer}/{name}");
        match value.get(name) {
            None => {}
            Some(Value::String(text)) => self.length(text, &pointer, 1, max),
            Some(_) => self.add("must provide a string", &pointer),
        }
    }

    /// Checks an optional string that may be empty.
    pub(crate) fn any_string(&mut self, value: &Value, name: &str, pointer: &str, max: usize) {
        let pointer = format!("{pointer}/{name}");
        match value.get(name) {
            None => {}
            Some(Value::String(text)) => self.length(text, &pointer, 0, max),
            Some(_) => self.add("must provide a string", &pointer),
        }
    }

    /// Checks a length in characters.
    pub(crate) fn length(&mut self, text: &str, pointer: &str, min: usize, max: usize) {
        let length = text.chars().count();
        if length < min {
            self.add(format!("must be more than {} characters", min - 1), pointer);
        }
        if length > max {
            self.add(format!("must be less than {} characters", max + 1), pointer);
        }
    }

    /// Checks an optional boolean.
    pub(crate) fn boolean(&mut self, value: &Value, name: &str, pointer: &str) {
        if value.get(name).is_some_and(|flag| !flag.is_boolean()) {
            self.add("must be a boolean", &format!("{pointer}/{name}"));
        }
    }

    /// Checks an optional whole number.
    pub(crate) fn integer(
        &mut self,
        value: &Value,
        name: &str,
        pointer: &str,
        range: std::ops::RangeInclusive<u64>,
    ) {
        let Some(number) = value.get(name) else {
            return;
        };
        if !number
            .as_u64()
            .is_some_and(|number| range.contains(&number))
        {
            let what = format!(
                "must be an integer from {} to {}",
                range.start(),
                range.end()
            );
            self.add(what, &format!("{pointer}/{name}"));
        }
    }

    /// Checks an optional URL.
    pub(crate) fn url(&mut self, value: &Value, name: &str, pointer: &str) {
        self.string(value, name, pointer, 3000);
        let Some(text) = value.get(name).and_then(Value::as_str) else {
            return;
        };
        let web = |url: url::Url| matches!(url.scheme(), "http" | "https" | "mailto");
        if !url::Url::parse(text).is_ok_and(web) {
            self.add("must be a valid URL", &format!("{pointer}/{name}"));
        }
    }

    /// Checks the number of items in a list; `None` when it is not a list.
    pub(crate) fn items<'v>(
        &mut self,
        value: &'v mut Value,
        name: &str,
        pointer: &str,
        range: std::ops::RangeInclusive<usize>,
    ) -> Option<&'v mut Vec<Value>> {
        let pointer = format!("{pointer}/{name}");
        let Some(items) = value.get_mut(name).and_then(Value::as_array_mut) else {
            self.add("must be an array", &pointer);
            return None;
        };
        if items.len() < *range.start() {
            self.add(
                format!("no less than {} items allowed", range.start()),
                &pointer,
            );
        }
        if items.len() > *range.end() {
            self.add(
                format!("no more than {} items allowed", range.end()),
                &pointer,
            );
        }
        Some(items)
    }

    /// Checks that a block's id is new, or gives it one.
    pub(crate) fn block_id(&mut self, block: &mut Value, pointer: &str) {
        self.string(block, "block_id", pointer, 255);
        let id = filled(block, "block_id");
        if !self.block_ids.insert(id.clone()) {
            self.add(
                format!("`block_id` {id} already exists"),
                &format!("{pointer}/block_id"),
            );
        }
        // Action ids are unique within their block.
        self.action_ids.clear();
    }

    /// Checks that an element's id is new in its block, or gives it one.
    pub(crate) fn action_id(&mut self, element: &mut Value, pointer: &str) {
        self.string(element, "action_id", pointer, 255);
        let id = filled(element, "action_id");
        if !self.action_ids.insert(id.clone()) {
            self.add(
                format!("`action_id` {id} already exists"),
                &format!("{pointer}/action_id"),
            );
        }
    }
}

/// The id under this name; a random one as Slack makes them if there was none.
fn filled(value: &mut Value, name: &str) -> String {
    if let Some(id) = value.get(name).and_then(Value::as_str) {
        return id.to_owned();
    }
    let id = crate::ids::upper(5);
    if value.get(name).is_none() {
        value[name] = id.clone().into();
    }
    id
}
