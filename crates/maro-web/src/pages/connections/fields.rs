//! The fields of a configuration as a form shows them, and as it sends them back.

use std::collections::BTreeMap;

use maro_app::connections::FieldProblem;
use maro_app::connections::config::{ConfigChange, ConfigView, FieldValue, Source};
use maro_app::connections::fields::{self, FieldKind};
use maro_app::model::Integration;
use secrecy::{ExposeSecret, SecretString};

/// What a form sends: fields by name, `version`, and `forget_…` for secrets that go.
pub(super) type Sent = BTreeMap<String, SecretString>;

/// One field of the form.
pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) hint: &'static str,
    pub(super) control: Control,
    /// Where the value comes from.
    pub(super) note: Option<String>,
    pub(super) problem: Option<String>,
}

/// How a field is filled in.
pub(super) enum Control {
    Text(String),
    Address(String),
    Choice(Vec<Choice>),
    Secret {
        /// Whether a value that is stored here could be forgotten.
        is_stored: bool,
    },
    Fixed(String),
}

/// One option of a menu.
pub(super) struct Choice {
    pub(super) value: &'static str,
    pub(super) label: &'static str,
    pub(super) is_chosen: bool,
}

/// The rows of a form; what was typed stands over what is configured.
pub(super) fn rows(view: &ConfigView, typed: Option<&Sent>, problems: &[FieldProblem]) -> Vec<Row> {
    let row = |value: &FieldValue| {
        let field = value.field;
        let typed = typed.and_then(|typed| typed.get(field.name));
        let text = match typed {
            Some(text) if !field.kind.is_secret() => text.expose_secret().to_owned(),
            _ => value.text.clone().unwrap_or_default(),
        };
        let problem = problems.iter().find(|problem| problem.field == field.name);
        Row {
            name: field.name,
            label: field.label,
            hint: field.hint,
            control: control(value, text),
            note: note(value),
            problem: problem.map(|problem| problem.sentence(field.label)),
        }
    };
    view.fields.iter().map(row).collect()
}

fn control(value: &FieldValue, text: String) -> Control {
    match value.field.kind {
        FieldKind::Text => Control::Text(text),
        FieldKind::Address => Control::Address(text),
        FieldKind::Choice(words) => {
            let open = ("", "Follows from the rest");
            Control::Choice(choices(
                std::iter::once(open).chain(words.iter().copied()),
                &text,
            ))
        }
        FieldKind::Switch => {
            let text = if text.is_empty() { "true" } else { &text };
            Control::Choice(choices(
                [("true", "Yes"), ("false", "No")].into_iter(),
                text,
            ))
        }
        FieldKind::Secret { .. } => Control::Secret {
            is_stored: value.source == Some(Source::Stored),
        },
        FieldKind::Operator => Control::Fixed(text),
    }
}

fn choices(words: impl Iterator<Item = (&'static str, &'static str)>, chosen: &str) -> Vec<Choice> {
    let choice = |(value, label)| Choice {
        value,
        label,
        is_chosen: value == chosen,
    };
    words.map(choice).collect()
}

fn note(value: &FieldValue) -> Option<String> {
    let source = value.source?;
    let is_secret = value.field.kind.is_secret();
    let note = match (source, is_secret) {
        (Source::Stored, true) => "A value is set. Leave this empty to keep it.".to_owned(),
        (Source::Environment, true) => {
            "A value is set by the environment. Leave this empty to keep it.".to_owned()
        }
        (Source::Stored, false) => return None,
        (Source::Environment, false) => match value.field.variable {
            Some(variable) => format!("This is what {variable} or the file says."),
            None => "This is what the file says.".to_owned(),
        },
    };
    Some(note)
}

/// The change that a form asks for. An empty secret stays as it is.
pub(super) fn change(integration: Integration, sent: &Sent) -> ConfigChange {
    let mut change = ConfigChange {
        expected: sent
            .get("version")
            .and_then(|version| version.expose_secret().parse().ok()),
        ..ConfigChange::default()
    };
    for field in fields::of(integration) {
        let forget = sent.contains_key(&format!("forget_{}", field.name));
        // A form without the field says nothing about it.
        let Some(text) = sent.get(field.name).map(ExposeSecret::expose_secret) else {
            continue;
        };
        match (field.kind, text.trim()) {
            (FieldKind::Secret { .. }, "") if forget => {
                change.secrets.insert(field.name.to_owned(), None);
            }
            (FieldKind::Operator, _) | (FieldKind::Secret { .. }, "") => {}
            (FieldKind::Secret { .. }, secret) => {
                change
                    .secrets
                    .insert(field.name.to_owned(), Some(secret.into()));
            }
            (_, text) => {
                change.fields.insert(field.name.to_owned(), text.to_owned());
            }
        }
    }
    change
}
