//! Parts that several cards share, read from the stored request.

use maro_core::actor::Actor;
use maro_core::drafts::Draft;
use maro_slack::blocks::{Block, Context, Section, Text};
use maro_slack::mrkdwn::{from_user, mention};
use serde_json::Value;

/// Longest description on a card; what is longer shows head, tail and length.
const SHOWN: usize = 2_400;
const HEAD: usize = 1_600;
const TAIL: usize = 600;

/// A line of small print.
pub(super) fn small(text: &str) -> Block {
    Context::new(Text::mrkdwn(text)).into()
}

/// A paragraph.
pub(super) fn paragraph(text: &str) -> Block {
    Section::new(Text::mrkdwn(text)).into()
}

/// Who did something, as Slack shows people.
pub(super) fn who(actor: &Actor) -> String {
    match actor {
        Actor::Slack { user, .. } => mention(user),
        Actor::Person(_) => "somebody on the web".into(),
        Actor::Token(_) => "an API token".into(),
        Actor::Operator => "the operator".into(),
        Actor::System => "Maro".into(),
    }
}

/// The summary that will be sent.
pub(super) fn summary(draft: &Draft) -> &str {
    draft.request["fields"]["summary"]
        .as_str()
        .unwrap_or_default()
}

/// Every field of the request but summary and description, as name and value.
pub(super) fn fields(draft: &Draft) -> Vec<(String, String)> {
    let Some(fields) = draft.request["fields"].as_object() else {
        return Vec::new();
    };
    let order = ["project", "issuetype", "priority", "parent", "labels"];
    let known = order
        .iter()
        .filter_map(|name| fields.get(*name).map(|value| (*name, value)));
    let others = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value))
        .filter(|(name, _)| !order.contains(name) && *name != "summary" && *name != "description");
    known
        .chain(others)
        .map(|(name, value)| (label(name), shown(value)))
        .collect()
}

fn label(field: &str) -> String {
    match field {
        "project" => "Project",
        "issuetype" => "Type",
        "priority" => "Priority",
        "parent" => "Parent",
        "labels" => "Labels",
        other => other,
    }
    .to_owned()
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(shown).collect::<Vec<_>>().join(", "),
        Value::Object(object) => ["name", "key", "value", "id"]
            .iter()
            .find_map(|name| object.get(*name))
            .map_or_else(|| value.to_string(), shown),
        other => other.to_string(),
    }
}

/// The fields as one section.
pub(super) fn field_section(draft: &Draft) -> Block {
    let fields = fields(draft).into_iter().map(|(name, value)| {
        Text::mrkdwn(&format!("*{}*\n{}", from_user(&name), from_user(&value)))
    });
    Section::of_fields(fields).into()
}

/// The description as text, the way Jira will show it.
pub(super) fn description(draft: &Draft) -> String {
    maro_atlassian::adf::to_text(&draft.request["fields"]["description"])
}

/// Text from a request as Slack shows it: nothing in it is markup, but headings are bold.
pub(super) fn shown_text(text: &str) -> String {
    let lines = text.lines().map(|line| {
        let heading = line.trim_start_matches('#');
        let level = line.len() - heading.len();
        match heading.strip_prefix(' ') {
            Some(words) if (1..=6).contains(&level) && !words.contains('*') => {
                format!("*{}*", from_user(words))
            }
            _ => from_user(line),
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// A long text as head, tail and length.
pub(super) fn head_and_tail(text: &str) -> String {
    let length = text.chars().count();
    if length <= SHOWN {
        return text.to_owned();
    }
    let head: String = text.chars().take(HEAD).collect();
    let tail: String = text.chars().skip(length - TAIL).collect();
    let hidden = length - HEAD - TAIL;
    format!(
        "{head}\n\n[… {hidden} of {length} characters are not shown here; press View full …]\n\n{tail}"
    )
}
