//! A failed call of a tool as it is told to whoever watches the connection.
//!
//! The sentence says whose failure it was, the server's or Jira's behind it, because different
//! people mend them; and what to do.

use maro_core::calls::{CallFailure, FailureKind};

use super::failure::{CallError, UNAUTHORIZED};
use super::said::{Meaning, meaning};
use crate::rest::UnknownReason;
use crate::sentences::EXPIRED;

/// What happened, and what to do.
type Told = (FailureKind, String, &'static str);

const GOES_ON: &str = "Maro goes on by itself.";
const SERVER: &str = "Look at the server's last lines, and at its address or command.";
const SCOPES: &str =
    "Give the account or token the permission and the scopes, and look at the address allow-list.";

impl From<&CallError> for CallFailure {
    fn from(err: &CallError) -> Self {
        let (kind, what, next) = told(err);
        Self {
            kind,
            sentence: format!("{what}. {next}"),
        }
    }
}

fn told(err: &CallError) -> Told {
    match err {
        CallError::NotSent { what, .. } => (FailureKind::Unreachable, what.clone(), SERVER),
        CallError::Missing(what) => (FailureKind::Refused, what.clone(), SCOPES),
        CallError::Unauthorized => (
            FailureKind::Credential,
            UNAUTHORIZED.into(),
            "Correct the Authorization header, or connect Atlassian again.",
        ),
        CallError::Expired => (
            FailureKind::Credential,
            EXPIRED.into(),
            "Connect Atlassian again under Settings.",
        ),
        CallError::Forbidden(text) => (
            FailureKind::Credential,
            format!("the MCP server does not let Maro in: {text}"),
            SCOPES,
        ),
        CallError::RateLimited(_) => (
            FailureKind::Limited,
            "the MCP server limits Maro's calls".into(),
            GOES_ON,
        ),
        CallError::Refused(text) => (
            FailureKind::Refused,
            format!("the MCP server refused the call: {text}"),
            "If it goes on, the server is another version than Maro was made for.",
        ),
        CallError::Said(text) => said(text),
        CallError::Lost(reason) => lost(reason),
    }
}

/// What a tool says of Jira or Confluence.
fn said(text: &str) -> Told {
    let (kind, what, next) = match meaning(text) {
        Meaning::Unauthorized => (
            FailureKind::Credential,
            "Atlassian did not accept the MCP server's credentials",
            "Give the server credentials that work.",
        ),
        Meaning::Forbidden => (
            FailureKind::Refused,
            "the MCP server's account may not do this",
            SCOPES,
        ),
        Meaning::NotFound => (
            FailureKind::Refused,
            "Atlassian has no such thing, or the MCP server's account may not see it",
            "Check the key, and what the account may see.",
        ),
        Meaning::RateLimited => (
            FailureKind::Limited,
            "Atlassian limits the MCP server's requests",
            GOES_ON,
        ),
        Meaning::WebPage => (
            FailureKind::Unreachable,
            "a web page answered the MCP server instead of Atlassian, perhaps a sign-in page",
            "Check the address that the server calls, and the proxy in between.",
        ),
        Meaning::Unavailable => (
            FailureKind::Unreachable,
            "Atlassian did not answer the MCP server usefully",
            GOES_ON,
        ),
        Meaning::Refused => (
            FailureKind::Refused,
            "the request was refused",
            "Correct what is named and try again.",
        ),
    };
    (kind, format!("{what} ({text})"), next)
}

fn lost(reason: &UnknownReason) -> Told {
    let what = match reason {
        UnknownReason::UnreadableAnswer => "the MCP server's answer could not be read".into(),
        reason => format!("nobody knows what became of a call to the MCP server: {reason}"),
    };
    (FailureKind::Unreachable, what, SERVER)
}
