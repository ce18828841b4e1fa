//! The fields of Jira.

use super::Field;
use super::FieldKind::{Address, Choice, Secret, Text};

/// The ways to sign in to Jira and Confluence.
pub(super) const LOGINS: &[(&str, &str)] = &[
    ("api_token", "API token (Cloud)"),
    ("personal_token", "Personal token (Server, Data Center)"),
    ("oauth", "Consent by OAuth 2.0 (Cloud)"),
];

pub(super) const FIELDS: &[Field] = &[
    Field {
        name: "url",
        variable: Some("JIRA_URL"),
        kind: Address,
        label: "Address of the site",
        hint: "As in the browser, for example https://acme.atlassian.net. A consent by OAuth names it.",
    },
    Field {
        name: "auth",
        variable: None,
        kind: Choice(LOGINS),
        label: "Sign in with",
        hint: "Left open, it follows from the token that is set.",
    },
    Field {
        name: "username",
        variable: Some("JIRA_USERNAME"),
        kind: Text,
        label: "Account",
        hint: "The e-mail address of the account that creates the tickets.",
    },
    Field {
        name: "api_token",
        variable: Some("JIRA_API_TOKEN"),
        kind: Secret { is_sent: true },
        label: "API token",
        hint: "From id.atlassian.com, Security, API tokens, of that account.",
    },
    Field {
        name: "personal_token",
        variable: Some("JIRA_PERSONAL_TOKEN"),
        kind: Secret { is_sent: true },
        label: "Personal token",
        hint: "From the account's profile in Jira, Personal Access Tokens.",
    },
    Field {
        name: "default_project",
        variable: Some("JIRA_DEFAULT_PROJECT"),
        kind: Text,
        label: "Default project",
        hint: "The key of the project that new drafts begin with, such as SCRUM.",
    },
    Field {
        name: "default_issue_type",
        variable: None,
        kind: Text,
        label: "Default issue type",
        hint: "The issue type that new drafts begin with, such as Task.",
    },
    Field {
        name: "webhook_secret",
        variable: Some("JIRA_WEBHOOK_SECRET"),
        kind: Secret { is_sent: false },
        label: "Webhook secret",
        hint: "The secret of the webhook in Jira's administration, System, WebHooks.",
    },
];
