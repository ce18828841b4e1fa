//! What mcp-atlassian says when Jira or Confluence refuse: each tool its own way.
//!
//! The sentences were read off the real package while this sandbox refused. The
//! library below takes Jira's own messages when there are some, without
//! the status, and otherwise a line with the whole address.

use axum::http::StatusCode;
use serde_json::Value;

use super::super::backend::Answer;

/// What Python says of a connection that ended.
const ABORTED: &str =
    "('Connection aborted.', RemoteDisconnected('Remote end closed connection without response'))";

/// Which of the two products an answer is from.
#[derive(Debug, Clone, Copy)]
pub(super) enum Product {
    Jira,
    Confluence,
}

impl Product {
    fn name(self) -> &'static str {
        match self {
            Self::Jira => "Jira",
            Self::Confluence => "Confluence",
        }
    }
}

/// The words of the library below: messages of the body, or a line about the status.
pub(super) fn said(answer: &Answer) -> String {
    let Answer::Reply {
        status,
        url,
        retry_after,
        ..
    } = answer
    else {
        return ABORTED.to_owned();
    };
    if let Some(date) = retry_after
        .as_ref()
        .filter(|text| text.parse::<u64>().is_err())
    {
        return format!("invalid literal for int() with base 10: '{date}'");
    }
    let messages = answer
        .json()
        .map(|body| messages(&body))
        .unwrap_or_default();
    if !messages.is_empty() {
        return messages.join("\n");
    }
    if *status == StatusCode::TOO_MANY_REQUESTS || answer.json().is_some() {
        return "HTTPError".to_owned();
    }
    let whose = if status.is_server_error() {
        "Server"
    } else {
        "Client"
    };
    let reason = status.canonical_reason().unwrap_or_default();
    format!("{} {whose} Error: {reason} for url: {url}", status.as_u16())
}

fn messages(body: &Value) -> Vec<String> {
    let listed = body["errorMessages"].as_array().into_iter().flatten();
    let fields = body["errors"].as_object().into_iter().flatten();
    let mut all: Vec<String> = listed
        .chain(fields.map(|(_, text)| text))
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect();
    if all.is_empty() {
        all.extend(body["message"].as_str().map(str::to_owned));
    }
    all
}

/// Tools that read tell rejected credentials apart, and call a 403 the same.
pub(super) fn reading(product: Product, answer: &Answer) -> String {
    match answer.status() {
        Some(status @ (StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)) => format!(
            "Authentication failed for {} API ({}). Token may be expired or invalid. Please verify credentials.",
            product.name(),
            status.as_u16()
        ),
        _ => said(answer),
    }
}
