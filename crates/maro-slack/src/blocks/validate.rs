//! Checking finished blocks against Slack's limits, independent of how they were built.
//!
//! Works on the JSON that would be sent, by a table of rules per type, so that a mistake in a
//! constructor does not hide itself.

use std::collections::HashSet;
use std::fmt;

use serde_json::Value;

use super::clip::length;
use super::message::total;
use super::{Block, limits};

/// One thing that Slack would refuse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Where, like `blocks[2].text`.
    pub path: String,
    /// What the rule is.
    pub rule: String,
}

impl Violation {
    pub(super) fn new(path: &str, rule: &str) -> Self {
        Self {
            path: path.to_owned(),
            rule: rule.to_owned(),
        }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.rule)
    }
}

/// How the value of a field is bounded.
#[derive(Clone, Copy)]
enum Rule {
    /// A string of at most so many characters.
    String(usize),
    /// A text object, not empty, of at most so many characters.
    Text(usize),
    /// A list of text objects: how many, and how long each.
    Texts(usize, usize),
    /// A list of 1 to so many elements.
    Elements(usize),
    /// An element.
    Element,
    /// A list of 1 to so many options.
    Options(usize),
    /// An option.
    Option,
    /// A confirmation.
    Confirm,
}
use Rule::{Confirm, Element, Elements, Options, String as Str, Text, Texts};

/// Field, whether it must be there, rule.
type Row = (&'static str, bool, Rule);

const ACTION_ID: Row = ("action_id", true, Str(limits::ID));
const PLACEHOLDER: Row = ("placeholder", false, Text(limits::PLACEHOLDER));
const INITIAL: Row = ("initial_option", false, Rule::Option);

fn rules(kind: &str) -> Option<&'static [Row]> {
    Some(match kind {
        "section" => &[
            ("text", false, Text(limits::SECTION_TEXT)),
            (
                "fields",
                false,
                Texts(limits::SECTION_FIELDS, limits::SECTION_FIELD),
            ),
            ("accessory", false, Element),
        ],
        "header" => &[("text", true, Text(limits::HEADER))],
        "context" => &[(
            "elements",
            true,
            Texts(limits::CONTEXT_ELEMENTS, limits::TEXT),
        )],
        "actions" => &[("elements", true, Elements(limits::ACTIONS_ELEMENTS))],
        "divider" => &[],
        "input" => &[
            ("label", true, Text(limits::LABEL)),
            ("hint", false, Text(limits::LABEL)),
            ("element", true, Element),
        ],
        "button" => &[
            ACTION_ID,
            ("text", true, Text(limits::BUTTON_TEXT)),
            ("value", false, Str(limits::BUTTON_VALUE)),
            ("url", false, Str(limits::URL)),
            ("confirm", false, Confirm),
        ],
        "static_select" => &[
            ACTION_ID,
            PLACEHOLDER,
            INITIAL,
            ("options", true, Options(limits::SELECT_OPTIONS)),
        ],
        "external_select" => &[ACTION_ID, PLACEHOLDER, INITIAL],
        "multi_static_select" => &[
            ACTION_ID,
            PLACEHOLDER,
            ("options", true, Options(limits::SELECT_OPTIONS)),
        ],
        "plain_text_input" => &[
            ACTION_ID,
            PLACEHOLDER,
            ("initial_value", false, Str(limits::INPUT_LENGTH)),
        ],
        "overflow" => &[
            ACTION_ID,
            ("options", true, Options(limits::OVERFLOW_OPTIONS)),
        ],
        "checkboxes" => &[
            ACTION_ID,
            ("options", true, Options(limits::CHOICE_OPTIONS)),
        ],
        "radio_buttons" => &[
            ACTION_ID,
            INITIAL,
            ("options", true, Options(limits::CHOICE_OPTIONS)),
        ],
        "option" => &[
            ("text", true, Text(limits::OPTION_TEXT)),
            ("value", true, Str(limits::OPTION_VALUE)),
            ("description", false, Text(limits::OPTION_DESCRIPTION)),
        ],
        "confirm" => &[
            ("title", true, Text(limits::CONFIRM_TITLE)),
            ("text", true, Text(limits::CONFIRM_TEXT)),
            ("confirm", true, Text(limits::CONFIRM_BUTTON)),
            ("deny", true, Text(limits::CONFIRM_BUTTON)),
        ],
        _ => return None,
    })
}

/// Everything in a message's blocks that Slack would refuse.
#[must_use]
pub fn validate(blocks: &[Block]) -> Vec<Violation> {
    let mut violations = check_blocks(blocks, limits::MESSAGE_BLOCKS);
    let total = total(blocks);
    if total > limits::MESSAGE_TOTAL {
        let rule = format!(
            "{total} characters altogether, more than {}",
            limits::MESSAGE_TOTAL
        );
        violations.push(Violation::new("blocks", &rule));
    }
    violations
}

/// Everything in the blocks of a message or a modal that Slack would refuse, totals apart.
pub(super) fn check_blocks(blocks: &[Block], most: usize) -> Vec<Violation> {
    let mut check = Check::default();
    if blocks.len() > most {
        check.note(
            "blocks",
            &format!("{} blocks, more than {most}", blocks.len()),
        );
    }
    for (index, block) in blocks.iter().enumerate() {
        let path = format!("blocks[{index}]");
        match serde_json::to_value(block) {
            Ok(value) => check.block(&path, &value),
            Err(_) => check.note(&path, "cannot be written as JSON"),
        }
    }
    check.violations
}

#[derive(Default)]
struct Check {
    violations: Vec<Violation>,
    block_ids: HashSet<String>,
    action_ids: HashSet<String>,
}

impl Check {
    fn note(&mut self, path: &str, rule: &str) {
        self.violations.push(Violation::new(path, rule));
    }

    fn block(&mut self, path: &str, block: &Value) {
        self.action_ids.clear();
        self.typed(path, block);
        if let Some(id) = block["block_id"].as_str() {
            self.string(&format!("{path}.block_id"), id, limits::ID);
            if !self.block_ids.insert(id.to_owned()) {
                self.note(path, "block_id is used twice");
            }
        }
        if block["type"] == "section" && block["text"].is_null() && block["fields"].is_null() {
            self.note(path, "needs text or fields");
        }
    }

    /// Checks a block or an element by the rules of its type.
    fn typed(&mut self, path: &str, value: &Value) {
        let kind = value["type"].as_str().unwrap_or_default();
        match rules(kind) {
            Some(rows) => self.rows(path, value, rows),
            None => self.note(path, &format!("unknown type `{kind}`")),
        }
        if let Some(id) = value["action_id"].as_str()
            && !self.action_ids.insert(id.to_owned())
        {
            self.note(path, "action_id is used twice in the block");
        }
    }

    fn rows(&mut self, path: &str, value: &Value, rows: &[Row]) {
        for (field, required, rule) in rows {
            let path = format!("{path}.{field}");
            match value.get(field) {
                Some(found) => self.rule(&path, found, *rule),
                None if *required => self.note(&path, "is missing"),
                None => {}
            }
        }
    }

    fn rule(&mut self, path: &str, value: &Value, rule: Rule) {
        match rule {
            Str(limit) => self.string(path, value.as_str().unwrap_or_default(), limit),
            Text(limit) => self.text(path, value, limit),
            Texts(most, limit) => {
                self.each(path, value, most, |check, path, item| {
                    check.text(path, item, limit);
                });
            }
            Elements(most) => self.each(path, value, most, Self::typed),
            Element => self.typed(path, value),
            Options(most) => self.each(path, value, most, Self::option),
            Rule::Option => self.option(path, value),
            Confirm => self.rows(path, value, rules("confirm").unwrap_or_default()),
        }
    }

    fn option(&mut self, path: &str, value: &Value) {
        self.rows(path, value, rules("option").unwrap_or_default());
    }

    fn each(
        &mut self,
        path: &str,
        list: &Value,
        most: usize,
        each: impl Fn(&mut Self, &str, &Value),
    ) {
        let items = list.as_array().map(Vec::as_slice).unwrap_or_default();
        if items.is_empty() || items.len() > most {
            self.note(path, &format!("{} items, not 1 to {most}", items.len()));
        }
        for (index, item) in items.iter().enumerate() {
            each(self, &format!("{path}[{index}]"), item);
        }
    }

    fn text(&mut self, path: &str, value: &Value, limit: usize) {
        let text = value["text"].as_str().unwrap_or_default();
        if text.trim().is_empty() {
            self.note(path, "must not be empty");
        }
        self.string(path, text, limit);
    }

    fn string(&mut self, path: &str, text: &str, limit: usize) {
        if length(text) > limit {
            self.note(
                path,
                &format!("{} characters, more than {limit}", length(text)),
            );
        }
    }
}
