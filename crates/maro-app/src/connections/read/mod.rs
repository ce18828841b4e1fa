//! From the values of fields to settings that fit together, or to what must be corrected.
//!
//! A problem is a predicate ("must be …"), so that each reader can put its own name in front: the
//! variable, the label, the key of the API.

mod atlassian;
mod mcp;
mod slack;

use maro_core::integrations::Integration;
use url::Url;

use super::Values;
use super::fields::{self, FieldKind};

pub(crate) use atlassian::{confluence, jira};
pub(crate) use mcp::mcp;
pub(crate) use slack::slack;

/// Longer texts are no configuration.
const LONGEST_TEXT: usize = 1_000;
const LONGEST_SECRET: usize = 8_192;

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldProblem {
    /// The field.
    pub field: &'static str,
    /// What must be so, as a predicate.
    pub must: String,
}

impl FieldProblem {
    pub(crate) fn new(field: &'static str, must: impl Into<String>) -> Self {
        Self {
            field,
            must: must.into(),
        }
    }

    /// The whole sentence, with the name that its reader uses for the field.
    #[must_use]
    pub fn sentence(&self, name: &str) -> String {
        format!("{name} {}.", self.must)
    }
}

/// Checks each value by itself: known, not too long, of its kind.
pub(crate) fn check_each(integration: Integration, values: &Values) -> Vec<FieldProblem> {
    let mut problems = Vec::new();
    for field in fields::of(integration) {
        let problem = if field.kind.is_secret() {
            let secret = values.secrets.get(field.name);
            secret.and_then(|secret| check_secret(secrecy::ExposeSecret::expose_secret(secret)))
        } else {
            values
                .text(field.name)
                .and_then(|text| check_text(field.kind, text))
        };
        problems.extend(problem.map(|must| FieldProblem::new(field.name, must)));
    }
    problems
}

fn check_secret(text: &str) -> Option<String> {
    if text.len() > LONGEST_SECRET {
        return Some(format!("must have at most {LONGEST_SECRET} characters"));
    }
    // What goes into a header must be printable; a copied line break is the usual mistake.
    let is_printable = text.bytes().all(|byte| (0x20..0x7f).contains(&byte));
    (!is_printable).then(|| "must have no line breaks and no special characters".into())
}

fn check_text(kind: FieldKind, text: &str) -> Option<String> {
    if text.chars().count() > LONGEST_TEXT {
        return Some(format!("must have at most {LONGEST_TEXT} characters"));
    }
    if text.contains(char::is_control) {
        return Some("must have no control characters".into());
    }
    match kind {
        FieldKind::Address => parse_url(text).err().map(str::to_owned),
        FieldKind::Choice(words) => {
            let known = words.iter().any(|(word, _)| *word == text);
            let all: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            (!known).then(|| format!("must be one of {}", all.join(", ")))
        }
        FieldKind::Switch => parse_switch(text)
            .is_none()
            .then(|| "must be true or false".into()),
        _ => None,
    }
}

fn parse_url(text: &str) -> Result<Url, &'static str> {
    let url =
        Url::parse(text).map_err(|_| "must be an address such as https://acme.atlassian.net")?;
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err("must begin with https:// or http://");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must not contain a user name or a password");
    }
    Ok(url)
}

fn parse_switch(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "1" => Some(true),
        "false" | "no" | "off" | "0" => Some(false),
        _ => None,
    }
}

/// The address of an integration; it was checked by itself before.
fn url(values: &Values) -> Option<Url> {
    parse_url(values.text("url")?).ok()
}

/// A switch, or what it is when nobody touched it.
fn switch(values: &Values, name: &str, untouched: bool) -> bool {
    values
        .text(name)
        .and_then(parse_switch)
        .unwrap_or(untouched)
}
