//! The fields of each integration: what can be set, by which variable, page or key of the API.
//!
//! One table serves environment, API and pages, so that they cannot know different fields. What a
//! set of values means together is checked in `super::read`.

mod confluence;
mod jira;
mod mcp;
mod slack;

use maro_core::integrations::Integration;

/// One field.
#[derive(Debug)]
pub struct Field {
    /// Its key in the API and the table.
    pub name: &'static str,
    /// The variable of the environment that gives its start value.
    pub variable: Option<&'static str>,
    /// What it takes.
    pub kind: FieldKind,
    /// Its name for people.
    pub label: &'static str,
    /// Where people find the value.
    pub hint: &'static str,
}

/// What a field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// One line of text.
    Text,
    /// An address; typed ones pass the guard.
    Address,
    /// One of these words, each with its name for people.
    Choice(&'static [(&'static str, &'static str)]),
    /// `true` or `false`.
    Switch,
    /// A secret: written, never read back.
    Secret {
        /// Whether it is sent to the integration's address.
        is_sent: bool,
    },
    /// Only the operator can set it.
    Operator,
}

impl FieldKind {
    /// Whether the value is kept apart and never shown.
    #[must_use]
    pub fn is_secret(self) -> bool {
        matches!(self, Self::Secret { .. })
    }
}

/// The fields of an integration, in the order in which people fill them in.
#[must_use]
pub fn of(integration: Integration) -> &'static [Field] {
    match integration {
        Integration::Slack => slack::FIELDS,
        Integration::Jira => jira::FIELDS,
        Integration::Confluence => confluence::FIELDS,
        Integration::Mcp => mcp::FIELDS,
    }
}

/// The field with this name.
#[must_use]
pub fn find(integration: Integration, name: &str) -> Option<&'static Field> {
    of(integration).iter().find(|field| field.name == name)
}
