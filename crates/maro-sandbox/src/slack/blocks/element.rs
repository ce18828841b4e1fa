//! Interactive elements: buttons, menus, inputs.

use serde_json::Value;

use super::{
    Faults,
    composition::{
        OptionKind, TextKind, confirm, initial, options, options_or_groups, style, text,
    },
};

/// Where an element stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Actions,
    Accessory,
    Input,
}

const ACTIONS: &[&str] = &[
    "button",
    "static_select",
    "external_select",
    "users_select",
    "conversations_select",
    "channels_select",
    "overflow",
    "datepicker",
    "timepicker",
    "radio_buttons",
    "checkboxes",
];
const ACCESSORY: &[&str] = &[
    "button",
    "static_select",
    "external_select",
    "users_select",
    "conversations_select",
    "channels_select",
    "overflow",
    "datepicker",
    "timepicker",
    "radio_buttons",
    "checkboxes",
    "image",
    "multi_static_select",
    "multi_external_select",
    "multi_users_select",
];
const INPUT: &[&str] = &[
    "plain_text_input",
    "email_text_input",
    "url_text_input",
    "number_input",
    "static_select",
    "external_select",
    "users_select",
    "conversations_select",
    "channels_select",
    "datepicker",
    "timepicker",
    "radio_buttons",
    "checkboxes",
    "multi_static_select",
    "multi_external_select",
    "multi_users_select",
];

impl Place {
    fn takes(self, kind: &str) -> bool {
        match self {
            Self::Actions => ACTIONS,
            Self::Accessory => ACCESSORY,
            Self::Input => INPUT,
        }
        .contains(&kind)
    }
}

/// Checks and completes one element.
pub(super) fn check(element: &mut Value, pointer: &str, place: Place, faults: &mut Faults) {
    let kind = element["type"].as_str().unwrap_or_default().to_owned();
    if !place.takes(&kind) {
        faults.add(
            format!("unsupported type: {kind}"),
            &format!("{pointer}/type"),
        );
        return;
    }
    match kind.as_str() {
        "image" => return image(element, pointer, faults),
        "button" => button(element, pointer, faults),
        "overflow" => overflow(element, pointer, faults),
        "radio_buttons" | "checkboxes" => choice(element, pointer, faults),
        "datepicker" | "timepicker" => picker(element, &kind, pointer, faults),
        _ if kind.ends_with("_select") => select(element, &kind, pointer, faults),
        _ => input(element, &kind, pointer, faults),
    }
    confirm(element, pointer, faults);
    faults.boolean(element, "focus_on_load", pointer);
    if element.is_object() {
        faults.action_id(element, pointer);
    }
}

/// Checks an image, as an element or under a block.
pub(super) fn image(element: &mut Value, pointer: &str, faults: &mut Faults) {
    faults.fields(element, pointer, &["alt_text", "image_url"], &[]);
    faults.string(element, "alt_text", pointer, 2000);
    faults.url(element, "image_url", pointer);
}

fn button(element: &mut Value, pointer: &str, faults: &mut Faults) {
    let optional = [
        "action_id",
        "url",
        "value",
        "style",
        "confirm",
        "accessibility_label",
    ];
    if !faults.fields(element, pointer, &["text"], &optional) {
        return;
    }
    text(element, "text", pointer, TextKind::Plain, 75, faults);
    faults.url(element, "url", pointer);
    faults.any_string(element, "value", pointer, 2000);
    faults.string(element, "accessibility_label", pointer, 75);
    style(element, pointer, faults);
}

fn overflow(element: &mut Value, pointer: &str, faults: &mut Faults) {
    if faults.fields(element, pointer, &["options"], &["action_id", "confirm"]) {
        options(element, pointer, OptionKind::OVERFLOW, 5, faults);
    }
}

fn choice(element: &mut Value, pointer: &str, faults: &mut Faults) {
    let start = if element["type"] == "checkboxes" {
        "initial_options"
    } else {
        "initial_option"
    };
    let optional = ["action_id", start, "confirm", "focus_on_load"];
    if faults.fields(element, pointer, &["options"], &optional) {
        options(element, pointer, OptionKind::CHOICE, 10, faults);
        initial(element, pointer, OptionKind::CHOICE, faults);
    }
}

fn picker(element: &mut Value, kind: &str, pointer: &str, faults: &mut Faults) {
    let start = if kind == "datepicker" {
        "initial_date"
    } else {
        "initial_time"
    };
    let optional = [
        "action_id",
        start,
        "confirm",
        "focus_on_load",
        "placeholder",
        "timezone",
    ];
    if faults.fields(element, pointer, &[], &optional) {
        text(
            element,
            "placeholder",
            pointer,
            TextKind::Plain,
            150,
            faults,
        );
        faults.string(element, start, pointer, 10);
    }
}

fn select(element: &mut Value, kind: &str, pointer: &str, faults: &mut Faults) {
    let multi = kind.starts_with("multi_");
    let mut optional = vec!["action_id", "confirm", "focus_on_load", "placeholder"];
    optional.extend(if multi {
        ["max_selected_items"].as_slice()
    } else {
        &[]
    });
    let with_options = kind.ends_with("static_select") || kind.ends_with("external_select");
    optional.extend(match (kind.trim_start_matches("multi_"), multi) {
        ("static_select", false) => &["options", "option_groups", "initial_option"][..],
        ("static_select", true) => &["options", "option_groups", "initial_options"],
        ("external_select", false) => &["min_query_length", "initial_option"],
        ("external_select", true) => &["min_query_length", "initial_options"],
        ("users_select", false) => &["initial_user"],
        ("users_select", true) => &["initial_users"],
        ("channels_select", _) => &["initial_channel", "response_url_enabled"],
        _ => &[
            "initial_conversation",
            "default_to_current_conversation",
            "response_url_enabled",
            "filter",
        ],
    });
    if !faults.fields(element, pointer, &[], &optional) {
        return;
    }
    text(
        element,
        "placeholder",
        pointer,
        TextKind::Plain,
        150,
        faults,
    );
    faults.integer(element, "max_selected_items", pointer, 1..=100);
    faults.integer(element, "min_query_length", pointer, 0..=100);
    if kind.ends_with("static_select") {
        options_or_groups(element, pointer, faults);
    }
    if with_options {
        initial(element, pointer, OptionKind::SELECT, faults);
    }
}

fn input(element: &mut Value, kind: &str, pointer: &str, faults: &mut Faults) {
    let common = [
        "action_id",
        "initial_value",
        "placeholder",
        "dispatch_action_config",
        "focus_on_load",
    ];
    let (required, own): (&[&str], &[&str]) = match kind {
        "plain_text_input" => (&[], &["multiline", "min_length", "max_length"]),
        "number_input" => (&["is_decimal_allowed"], &["min_value", "max_value"]),
        _ => (&[], &[]),
    };
    if !faults.fields(element, pointer, required, &[&common[..], own].concat()) {
        return;
    }
    text(
        element,
        "placeholder",
        pointer,
        TextKind::Plain,
        150,
        faults,
    );
    faults.any_string(element, "initial_value", pointer, 3000);
    faults.boolean(element, "multiline", pointer);
    faults.integer(element, "min_length", pointer, 0..=3000);
    faults.integer(element, "max_length", pointer, 1..=3000);
    let (min, max) = (
        element["min_length"].as_u64(),
        element["max_length"].as_u64(),
    );
    if let (Some(min), Some(max)) = (min, max)
        && min > max
    {
        faults.add(
            "must be less than `max_length`",
            &format!("{pointer}/min_length"),
        );
    }
    let length = element["initial_value"]
        .as_str()
        .map(|text| text.chars().count() as u64);
    if length > max && max.is_some() {
        faults.add(
            "must not be longer than `max_length`",
            &format!("{pointer}/initial_value"),
        );
    }
}
