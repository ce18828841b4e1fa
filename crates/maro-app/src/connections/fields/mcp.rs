//! The fields of an MCP server.
//!
//! The command is the operator's alone: whoever could type one into a page could run anything.

use super::Field;
use super::FieldKind::{Address, Choice, Operator, Secret, Switch};

const PROFILES: &[(&str, &str)] = &[
    ("sooperset", "mcp-atlassian"),
    ("rovo-v1", "Atlassian's hosted server, version 1"),
    ("rovo-v2", "Atlassian's hosted server, version 2"),
];

const LOGINS: &[(&str, &str)] = &[
    ("none", "Nothing: the server has credentials of its own"),
    ("header", "A header"),
    ("oauth", "Consent by OAuth 2.0"),
];

pub(super) const FIELDS: &[Field] = &[
    Field {
        name: "url",
        variable: Some("MARO_MCP_URL"),
        kind: Address,
        label: "Address of the server",
        hint: "Its streamable HTTP address, for example https://mcp.atlassian.com/v1/mcp.",
    },
    Field {
        name: "command",
        variable: Some("MARO_MCP_COMMAND"),
        kind: Operator,
        label: "Command",
        hint: "A program that speaks MCP over its standard input and output. Only MARO_MCP_COMMAND sets it.",
    },
    Field {
        name: "profile",
        variable: Some("MARO_MCP_PROFILE"),
        kind: Choice(PROFILES),
        label: "Which server it is",
        hint: "The servers name their tools differently.",
    },
    Field {
        name: "auth",
        variable: Some("MARO_MCP_AUTH"),
        kind: Choice(LOGINS),
        label: "Sign in with",
        hint: "Left open, the header is sent when it is set.",
    },
    Field {
        name: "authorization",
        variable: Some("MARO_MCP_AUTHORIZATION"),
        kind: Secret { is_sent: true },
        label: "Authorization header",
        hint: "The whole value, for example “Bearer …”.",
    },
    Field {
        name: "use_for_jira",
        variable: None,
        kind: Switch,
        label: "Use it for Jira",
        hint: "Metadata and permissions are read by REST in any case.",
    },
    Field {
        name: "use_for_confluence",
        variable: None,
        kind: Switch,
        label: "Use it for Confluence",
        hint: "Pages are written through it in Markdown; otherwise by REST.",
    },
];
