//! What the simulated Jira holds: accounts, projects, issues, comments.
//!
//! Plain values. How they change is in `changes`, how they look in `views`.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::adf;
use super::render;

/// A person or app with an Atlassian account.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) email: String,
    /// Cloud hides addresses of people who did not make theirs public.
    pub(crate) email_visible: bool,
    pub(crate) kind: &'static str,
}

impl Account {
    /// The name that Data Center knows it by.
    pub(crate) fn username(&self) -> &str {
        self.email.split('@').next().unwrap_or_default()
    }

    /// The key that Data Center never changes: since version 8.4 `JIRAUSER` and a number.
    pub(crate) fn user_key(&self) -> String {
        let digits: String = self.id.chars().filter(char::is_ascii_digit).collect();
        format!("JIRAUSER{}", &digits[digits.len().saturating_sub(5)..])
    }
}

/// An issue type.
#[derive(Debug, Clone, Copy)]
pub(crate) struct IssueType {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    pub(crate) avatar: u32,
    /// -1 sub-task, 0 standard, 1 epic.
    pub(crate) level: i8,
}

/// A priority.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Priority {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) color: &'static str,
    pub(crate) description: &'static str,
}

/// A status of a workflow.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Status {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) category: StatusCategory,
}

/// The three columns every Jira status belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum StatusCategory {
    ToDo,
    InProgress,
    Done,
}

/// A step of a workflow.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Transition {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    /// Statuses it starts from; empty means from any.
    pub(crate) from: &'static [&'static str],
    pub(crate) to: &'static str,
    /// Transitions with a screen take a resolution and a comment; others drop the comment.
    pub(crate) has_screen: bool,
}

/// A custom field.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CustomField {
    pub(crate) id: &'static str,
    pub(crate) number: u32,
    pub(crate) name: &'static str,
    pub(crate) kind: CustomKind,
}

/// What a custom field takes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum CustomKind {
    /// One line of text.
    Text,
    /// One of these options: (id, value).
    Select(&'static [(&'static str, &'static str)]),
}

/// A project with its screens, priorities and workflow.
#[derive(Debug, Clone)]
pub(crate) struct Project {
    pub(crate) id: &'static str,
    pub(crate) key: &'static str,
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    pub(crate) issue_types: &'static [&'static str],
    pub(crate) priorities: &'static [&'static str],
    pub(crate) default_priority: &'static str,
    pub(crate) initial_status: &'static str,
    pub(crate) statuses: &'static [&'static str],
    pub(crate) transitions: &'static [Transition],
    /// Custom fields that are required on the create screen.
    pub(crate) required_custom: Vec<&'static str>,
    pub(crate) has_labels: bool,
    /// The number of the last issue.
    pub(crate) counter: u64,
}

/// Rich text in both of Jira's forms.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RichText {
    pub(crate) adf: Value,
    pub(crate) wiki: String,
}

impl RichText {
    /// From an ADF document that was validated.
    pub(crate) fn from_adf(adf: Value) -> Self {
        let wiki = render::wiki(&adf);
        Self { adf, wiki }
    }

    /// From wiki text. Only paragraphs are understood; marks stay as they were typed.
    pub(crate) fn from_wiki(text: &str) -> Self {
        Self {
            adf: adf::paragraphs(text),
            wiki: text.to_owned(),
        }
    }
}

/// A comment.
#[derive(Debug, Clone)]
pub(crate) struct Comment {
    pub(crate) id: u64,
    pub(crate) author: &'static str,
    pub(crate) update_author: &'static str,
    pub(crate) body: RichText,
    pub(crate) created: DateTime<Utc>,
    pub(crate) updated: DateTime<Utc>,
    pub(crate) properties: BTreeMap<String, Value>,
}

/// A link from an issue to something elsewhere.
#[derive(Debug, Clone)]
pub(crate) struct RemoteLink {
    pub(crate) id: u64,
    pub(crate) global_id: Option<String>,
    pub(crate) relationship: Option<String>,
    pub(crate) application: Value,
    pub(crate) object: Value,
}

/// An issue.
#[derive(Debug, Clone)]
pub(crate) struct Issue {
    pub(crate) id: u64,
    pub(crate) key: String,
    pub(crate) project: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) status: &'static str,
    pub(crate) summary: String,
    pub(crate) description: Option<RichText>,
    pub(crate) environment: Option<RichText>,
    pub(crate) due_date: Option<String>,
    pub(crate) priority: &'static str,
    pub(crate) labels: Vec<String>,
    pub(crate) assignee: Option<&'static str>,
    pub(crate) reporter: &'static str,
    pub(crate) creator: &'static str,
    pub(crate) parent: Option<u64>,
    pub(crate) custom: BTreeMap<&'static str, Value>,
    pub(crate) properties: BTreeMap<String, Value>,
    pub(crate) comments: Vec<Comment>,
    pub(crate) links: Vec<RemoteLink>,
    pub(crate) created: DateTime<Utc>,
    pub(crate) updated: DateTime<Utc>,
    pub(crate) status_changed: DateTime<Utc>,
    pub(crate) resolved: Option<DateTime<Utc>>,
}

/// One line of a changelog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) field: String,
    pub(crate) from: Option<String>,
    pub(crate) from_string: Option<String>,
    pub(crate) to: Option<String>,
    pub(crate) to_string: Option<String>,
}
