//! The fields of Confluence.

use super::Field;
use super::FieldKind::{Address, Choice, Secret, Text};
use super::jira::LOGINS;

pub(super) const FIELDS: &[Field] = &[
    Field {
        name: "url",
        variable: Some("CONFLUENCE_URL"),
        kind: Address,
        label: "Address of the site",
        hint: "As in the browser, for example https://acme.atlassian.net/wiki. A consent by OAuth names it.",
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
        variable: Some("CONFLUENCE_USERNAME"),
        kind: Text,
        label: "Account",
        hint: "The e-mail address of the account that writes the pages.",
    },
    Field {
        name: "api_token",
        variable: Some("CONFLUENCE_API_TOKEN"),
        kind: Secret { is_sent: true },
        label: "API token",
        hint: "From id.atlassian.com, Security, API tokens, of that account.",
    },
    Field {
        name: "personal_token",
        variable: Some("CONFLUENCE_PERSONAL_TOKEN"),
        kind: Secret { is_sent: true },
        label: "Personal token",
        hint: "From the account's profile in Confluence, Personal Access Tokens.",
    },
];
