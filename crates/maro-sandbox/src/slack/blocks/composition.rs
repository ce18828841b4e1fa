//! Composition objects: text, option, option group, confirmation.

use serde_json::Value;

use super::Faults;

/// Which kinds of text a place takes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum TextKind {
    Plain,
    Any,
}

/// Checks and completes a text object under `name`, if there is one.
pub(super) fn text(
    parent: &mut Value,
    name: &str,
    pointer: &str,
    kind: TextKind,
    max: usize,
    faults: &mut Faults,
) {
    if let Some(text) = parent.get_mut(name) {
        text_object(text, &format!("{pointer}/{name}"), kind, max, faults);
    }
}

/// Checks and completes a text object.
pub(super) fn text_object(
    text: &mut Value,
    pointer: &str,
    kind: TextKind,
    max: usize,
    faults: &mut Faults,
) {
    let plain = text["type"] == "plain_text";
    if !plain && (kind == TextKind::Plain || text["type"] != "mrkdwn") {
        let wanted = if kind == TextKind::Plain {
            "plain_text"
        } else {
            "plain_text or mrkdwn"
        };
        faults.add(format!("must be a {wanted} object"), pointer);
        return;
    }
    let optional: &[&str] = if plain { &["emoji"] } else { &["verbatim"] };
    if !faults.fields(text, pointer, &["text"], optional) {
        return;
    }
    faults.string(text, "text", pointer, max);
    let (switch, default) = if plain {
        ("emoji", true)
    } else {
        ("verbatim", false)
    };
    faults.boolean(text, switch, pointer);
    if text.get(switch).is_none() {
        text[switch] = default.into();
    }
    faults.text_total += text["text"].as_str().map_or(0, |text| text.chars().count());
}

/// What an option may hold; radio buttons and checkboxes take mrkdwn, overflow takes a URL.
#[derive(Clone, Copy)]
pub(super) struct OptionKind {
    pub(super) text: TextKind,
    pub(super) url: bool,
}

impl OptionKind {
    /// An option of a select.
    pub(super) const SELECT: Self = Self {
        text: TextKind::Plain,
        url: false,
    };
    /// An option of radio buttons or checkboxes.
    pub(super) const CHOICE: Self = Self {
        text: TextKind::Any,
        url: false,
    };
    /// An option of an overflow menu.
    pub(super) const OVERFLOW: Self = Self {
        text: TextKind::Plain,
        url: true,
    };
}

/// Checks and completes one option.
pub(super) fn option(option: &mut Value, pointer: &str, kind: OptionKind, faults: &mut Faults) {
    let optional: &[&str] = if kind.url {
        &["description", "url"]
    } else {
        &["description"]
    };
    if !faults.fields(option, pointer, &["text", "value"], optional) {
        return;
    }
    text(option, "text", pointer, kind.text, 75, faults);
    text(option, "description", pointer, kind.text, 75, faults);
    faults.string(option, "value", pointer, 75);
    faults.url(option, "url", pointer);
}

/// Checks `options` or `option_groups` of a select.
pub(super) fn options_or_groups(element: &mut Value, pointer: &str, faults: &mut Faults) {
    match (
        element.get("options").is_some(),
        element.get("option_groups").is_some(),
    ) {
        (true, false) => options(element, pointer, OptionKind::SELECT, 100, faults),
        (false, true) => groups(element, pointer, faults),
        _ => faults.add("must define either `options` or `option_groups`", pointer),
    }
}

/// Checks a list of options.
pub(super) fn options(
    element: &mut Value,
    pointer: &str,
    kind: OptionKind,
    max: usize,
    faults: &mut Faults,
) {
    let Some(list) = faults.items(element, "options", pointer, 1..=max) else {
        return;
    };
    for (index, item) in list.iter_mut().enumerate() {
        option(item, &format!("{pointer}/options/{index}"), kind, faults);
    }
}

fn groups(element: &mut Value, pointer: &str, faults: &mut Faults) {
    let Some(groups) = faults.items(element, "option_groups", pointer, 1..=100) else {
        return;
    };
    for (index, group) in groups.iter_mut().enumerate() {
        let pointer = format!("{pointer}/option_groups/{index}");
        if faults.fields(group, &pointer, &["label", "options"], &[]) {
            text(group, "label", &pointer, TextKind::Plain, 75, faults);
            options(group, &pointer, OptionKind::SELECT, 100, faults);
        }
    }
}

/// Checks that what is chosen at the start is among the options.
pub(super) fn initial(element: &mut Value, pointer: &str, kind: OptionKind, faults: &mut Faults) {
    let offered: Vec<Value> = offered(element)
        .iter()
        .map(|option| option["value"].clone())
        .collect();
    let fixed = element.get("options").is_some() || element.get("option_groups").is_some();
    let mut check = |chosen: &mut Value, pointer: &str| {
        option(chosen, pointer, kind, faults);
        if fixed && !offered.contains(&chosen["value"]) {
            faults.add("must match one of the options", pointer);
        }
    };
    if let Some(chosen) = element.get_mut("initial_option") {
        check(chosen, &format!("{pointer}/initial_option"));
    }
    if let Some(list) = element.get_mut("initial_options") {
        let pointer = format!("{pointer}/initial_options");
        match list.as_array_mut() {
            Some(list) if !list.is_empty() => {
                for (index, chosen) in list.iter_mut().enumerate() {
                    check(chosen, &format!("{pointer}/{index}"));
                }
            }
            _ => faults.add("no less than 1 items allowed", &pointer),
        }
    }
}

/// Every option of an element, also those in groups.
pub(super) fn offered(element: &Value) -> Vec<Value> {
    let direct = element["options"].as_array().into_iter().flatten();
    let groups = element["option_groups"].as_array().into_iter().flatten();
    let grouped = groups.flat_map(|group| group["options"].as_array().into_iter().flatten());
    direct.chain(grouped).cloned().collect()
}

/// Checks and completes a confirmation dialog, if there is one.
pub(super) fn confirm(element: &mut Value, pointer: &str, faults: &mut Faults) {
    let Some(dialog) = element.get_mut("confirm") else {
        return;
    };
    let pointer = format!("{pointer}/confirm");
    if !faults.fields(
        dialog,
        &pointer,
        &["title", "text", "confirm", "deny"],
        &["style"],
    ) {
        return;
    }
    text(dialog, "title", &pointer, TextKind::Plain, 100, faults);
    text(dialog, "text", &pointer, TextKind::Any, 300, faults);
    text(dialog, "confirm", &pointer, TextKind::Plain, 30, faults);
    text(dialog, "deny", &pointer, TextKind::Plain, 30, faults);
    style(dialog, &pointer, faults);
}

/// Checks an optional style.
pub(super) fn style(value: &Value, pointer: &str, faults: &mut Faults) {
    if value
        .get("style")
        .is_some_and(|style| style != "primary" && style != "danger")
    {
        faults.add(
            "must be one of: primary, danger",
            &format!("{pointer}/style"),
        );
    }
}
