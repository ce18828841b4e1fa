//! Parts that several cards share, read from the stored request.

use maro_core::actor::Actor;
use maro_core::drafts::Draft;
use maro_core::issue_key::IssueKey;
use maro_slack::blocks::{Block, Context, Header, Section, Text, limits};
use maro_slack::mrkdwn::{from_user, mention};
use serde_json::Value;

/// Longest description on a card; what is longer shows head, tail and length.
const SHOWN: usize = 2_400;
const HEAD: usize = 1_600;
const TAIL: usize = 600;
/// One section of plain text, below Slack's 3,000.
const PIECE: usize = 2_900;
/// One field of a section, below Slack's 2,000 with room for what escaping adds.
const FIELD: usize = 380;

/// A line of small print.
pub(crate) fn small(text: &str) -> Block {
    Context::new(Text::mrkdwn(text)).into()
}

/// A paragraph.
pub(crate) fn paragraph(text: &str) -> Block {
    Section::new(Text::mrkdwn(text)).into()
}

/// Who did something, as Slack shows people.
pub(crate) fn who(actor: &Actor) -> String {
    match actor {
        Actor::Slack { user, .. } => mention(user),
        Actor::Person(_) => "somebody on the web".into(),
        Actor::Token(_) => "an API token".into(),
        Actor::Rule(name) => format!("the rule {}", from_user(name)),
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

/// One value of the request, whole, under its name.
pub(super) fn whole_field(name: &str, value: &str) -> Vec<Block> {
    let mut blocks = vec![paragraph(&format!("*{}*", from_user(name)))];
    blocks.extend(pieces(value).map(|piece| Section::new(Text::plain(&piece)).into()));
    blocks
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
        .map(|(name, value)| (label(draft, name, value), shown(value)))
        .collect()
}

fn label(draft: &Draft, field: &str, value: &Value) -> String {
    let parent = draft.content.parent.as_ref().map(IssueKey::as_str);
    match field {
        // Where Jira keeps the parent in a custom field, the number says nothing to people.
        _ if parent.is_some() && value.as_str() == parent => "Parent",
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

/// The fields as one section; a value that does not fit says so.
pub(super) fn field_section(draft: &Draft) -> Block {
    let fields = fields(draft).into_iter().map(|(name, value)| {
        let value = if fits(&value, FIELD) {
            from_user(&value)
        } else {
            let length = value.chars().count();
            format!(
                "{} … ({length} characters; press View full)",
                from_user(&cut(&value, FIELD))
            )
        };
        Text::mrkdwn(&format!("*{}*\n{value}", from_user(&name)))
    });
    Section::of_fields(fields).into()
}

/// The title, as typed: plain text has no markup that could hide anything.
pub(crate) fn title(text: &str) -> Block {
    if fits(text, limits::HEADER) {
        Header::new(text).into()
    } else {
        Section::new(Text::plain(text)).into()
    }
}

/// The description as text, the way Jira will show it.
pub(super) fn description(draft: &Draft) -> String {
    maro_atlassian::adf::to_text(&draft.request["fields"]["description"])
}

/// A text as typed, in as many paragraphs as it needs; its headings are bold.
pub(super) fn as_typed(text: &str, most: usize) -> Vec<Block> {
    let mut blocks = Vec::new();
    for (heading, body) in sections(text) {
        if let Some(heading) = heading {
            blocks.push(paragraph(&format!(
                "*{}*",
                from_user(heading).replace('*', "∗")
            )));
        }
        blocks.extend(pieces(body).map(|piece| Section::new(Text::plain(&piece)).into()));
    }
    if blocks.len() > most {
        // Too many headings to be set apart: the text comes in plain pieces.
        blocks = pieces(text)
            .map(|piece| Section::new(Text::plain(&piece)).into())
            .collect();
    }
    blocks
}

/// A text at its headings: `## Words` on a line of its own.
fn sections(text: &str) -> Vec<(Option<&str>, &str)> {
    let mut sections = Vec::new();
    let (mut heading, mut start, mut position) = (None, 0, 0);
    for line in text.split_inclusive('\n') {
        if let Some(words) = heading_of(line) {
            sections.push((heading, text[start..position].trim_matches('\n')));
            (heading, start) = (Some(words), position + line.len());
        }
        position += line.len();
    }
    sections.push((heading, text[start..].trim_matches('\n')));
    sections
}

fn heading_of(line: &str) -> Option<&str> {
    let words = line.trim_start_matches('#');
    let level = line.len() - words.len();
    let words = words.strip_prefix(' ')?.trim();
    ((1..=6).contains(&level) && !words.is_empty() && fits(words, FIELD)).then_some(words)
}

/// Pieces that fit into a section, none of them empty.
fn pieces(text: &str) -> impl Iterator<Item = String> + '_ {
    let mut rest = text;
    std::iter::from_fn(move || {
        let piece = cut(rest, PIECE);
        rest = &rest[piece.len()..];
        (!piece.is_empty()).then_some(piece)
    })
    .filter(|piece| !piece.trim().is_empty())
}

/// Slack counts UTF-16 units at the most; so do we.
fn units(c: char) -> usize {
    c.len_utf16()
}

fn fits(text: &str, limit: usize) -> bool {
    text.chars().map(units).sum::<usize>() <= limit
}

fn cut(text: &str, limit: usize) -> String {
    let mut used = 0;
    text.chars()
        .take_while(|c| {
            used += units(*c);
            used <= limit
        })
        .collect()
}

/// A long text as head, tail and length.
pub(super) fn head_and_tail(text: &str) -> String {
    if fits(text, SHOWN) {
        return text.to_owned();
    }
    let head = cut(text, HEAD);
    let backwards: String = text.chars().rev().collect();
    let tail: String = cut(&backwards, TAIL).chars().rev().collect();
    let length = text.chars().count();
    let hidden = length - head.chars().count() - tail.chars().count();
    format!(
        "{head}\n\n[… {hidden} of {length} characters are not shown here; press View full …]\n\n{tail}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_character_of_a_text_is_lost_in_pieces() {
        for text in [
            "&".repeat(9_000),
            "🎉".repeat(5_000),
            "line\n".repeat(3_000),
        ] {
            let joined: String = pieces(&text).collect();
            assert_eq!(joined, text);
            assert!(pieces(&text).all(|piece| fits(&piece, PIECE)));
        }
    }

    #[test]
    fn a_long_text_says_how_much_is_hidden() {
        let text = format!("{}{}", "a".repeat(3_000), "z".repeat(1_000));
        let shown = head_and_tail(&text);
        assert!(
            shown.contains("1800 of 4000 characters are not shown here"),
            "{shown}"
        );
        assert!(shown.ends_with(&"z".repeat(TAIL)));
    }

    #[test]
    fn headings_divide_a_text() {
        let text = "first\n\n## Problem\n\nIt fails.\n#no heading\n## Solution\n";
        let expected = [
            (None, "first"),
            (Some("Problem"), "It fails.\n#no heading"),
            (Some("Solution"), ""),
        ];
        assert_eq!(sections(text), expected);
    }
}
