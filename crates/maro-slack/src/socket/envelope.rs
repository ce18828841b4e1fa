//! What arrives over a socket: a greeting, envelopes, and the notice that the connection ends.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::payloads::PayloadError;

/// A delivery in its envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// Names the envelope in its acknowledgement. Not an identity: a repetition may have another.
    pub id: String,
    /// What is inside.
    pub kind: EnvelopeKind,
    /// The payload as Slack wrote it, JSON.
    pub payload: String,
    /// Whether the acknowledgement may carry an answer.
    pub accepts_answer: bool,
    /// How often Slack delivered it before, as far as it says.
    pub retry_attempt: u32,
}

/// What is inside an envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EnvelopeKind {
    /// An event.
    Event,
    /// A slash command.
    Command,
    /// A click, a shortcut, a form, or a menu that asks for its options.
    Interaction,
    /// A kind that we do not use.
    Other(String),
}

/// Why Slack ends a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DisconnectReason {
    /// It ends in about ten seconds.
    Warning,
    /// Slack wants to move us to another machine.
    RefreshRequested,
    /// Socket Mode was turned off in the app's settings.
    LinkDisabled,
    /// The app has more than ten connections
    /// (<https://github.com/slackapi/bolt-js/issues/2225>).
    TooMany,
    /// A reason that we do not know; another connection is opened.
    Other(String),
}

impl DisconnectReason {
    /// What it means and what to do, for people. `None`: it is a matter of course.
    #[must_use]
    pub fn sentence(&self) -> Option<&'static str> {
        match self {
            Self::LinkDisabled => Some(
                "Socket Mode is turned off in the Slack app's settings, so nothing that people do \
                 in Slack arrives. Turn it on there, or take SLACK_APP_TOKEN away and use HTTP.",
            ),
            Self::TooMany => Some(
                "Slack allows ten connections for an app, and they are taken. Stop other instances \
                 that use the same app-level token.",
            ),
            Self::Warning | Self::RefreshRequested | Self::Other(_) => None,
        }
    }
}

/// What Slack says when a connection is ready.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Hello {
    pub(super) connections: u32,
}

/// One message, sorted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Frame {
    Hello(Hello),
    Envelope(Envelope),
    Disconnect(DisconnectReason),
    /// Something new that needs no answer.
    Other,
}

#[derive(Deserialize)]
struct Raw<'a> {
    #[serde(rename = "type", default)]
    kind: String,
    envelope_id: Option<String>,
    #[serde(borrow)]
    payload: Option<&'a RawValue>,
    #[serde(default)]
    accepts_response_payload: bool,
    retry_attempt: Option<u32>,
    reason: Option<String>,
    num_connections: Option<u32>,
}

impl Frame {
    /// Reads one text message.
    pub(super) fn parse(text: &str) -> Result<Self, PayloadError> {
        let raw: Raw<'_> = crate::payloads::json(text.as_bytes())?;
        Ok(match (raw.kind.as_str(), raw.envelope_id) {
            ("hello", _) => Self::Hello(Hello {
                connections: raw.num_connections.unwrap_or(1),
            }),
            ("disconnect", _) => Self::Disconnect(reason(raw.reason.unwrap_or_default())),
            (_, Some(id)) => Self::Envelope(Envelope {
                id,
                kind: kind(raw.kind),
                payload: raw.payload.map_or("{}", RawValue::get).to_owned(),
                accepts_answer: raw.accepts_response_payload,
                retry_attempt: raw.retry_attempt.unwrap_or(0),
            }),
            _ => Self::Other,
        })
    }
}

fn kind(word: String) -> EnvelopeKind {
    match word.as_str() {
        "events_api" => EnvelopeKind::Event,
        "slash_commands" => EnvelopeKind::Command,
        "interactive" => EnvelopeKind::Interaction,
        _ => EnvelopeKind::Other(word),
    }
}

fn reason(word: String) -> DisconnectReason {
    match word.as_str() {
        "warning" => DisconnectReason::Warning,
        "refresh_requested" => DisconnectReason::RefreshRequested,
        "link_disabled" => DisconnectReason::LinkDisabled,
        "too_many_websockets" => DisconnectReason::TooMany,
        _ => DisconnectReason::Other(word),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_sorted() {
        let hello = r#"{"type":"hello","num_connections":2,"debug_info":{"host":"applink-1"},"connection_info":{"app_id":"A1"}}"#;
        assert_eq!(
            Frame::parse(hello),
            Ok(Frame::Hello(Hello { connections: 2 }))
        );
        let ends = r#"{"type":"disconnect","reason":"link_disabled","debug_info":{}}"#;
        assert_eq!(
            Frame::parse(ends),
            Ok(Frame::Disconnect(DisconnectReason::LinkDisabled))
        );
        assert_eq!(Frame::parse(r#"{"type":"news"}"#), Ok(Frame::Other));
        assert!(Frame::parse("[]").is_err());
    }

    #[test]
    fn a_payload_stays_as_it_was_written() {
        let text = r#"{"envelope_id":"e-1","type":"events_api","accepts_response_payload":false,
            "payload":{"event_id":"Ev1",  "n": 1e2},"retry_attempt":1,"retry_reason":"timeout"}"#;
        let Ok(Frame::Envelope(envelope)) = Frame::parse(text) else {
            panic!("no envelope");
        };
        assert_eq!(envelope.kind, EnvelopeKind::Event);
        assert_eq!(envelope.payload, r#"{"event_id":"Ev1",  "n": 1e2}"#);
        assert_eq!(envelope.retry_attempt, 1);
        assert!(!envelope.accepts_answer);
    }
}
