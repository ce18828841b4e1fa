//! The Events API.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::PayloadError;
use super::parse::{check_id, json};
use crate::api::{FileReference, is_ordinary};
use crate::tolerant::nullable;

/// What arrives at the address for events.
#[derive(Debug, Clone, PartialEq)]
pub enum EventEnvelope {
    /// Slack looks whether the address is ours; answer with the challenge.
    UrlVerification {
        /// What to answer with.
        challenge: String,
    },
    /// Something happened.
    EventCallback(Box<EventCallback>),
    /// Slack holds events back, because there were more than 30,000 in an hour.
    AppRateLimited(RateLimitedEvent),
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
pub struct EventCallback {
    /// The event's id, the same at each delivery.
    pub event_id: String,
    /// The workspace; the organisation, when the app is installed for all of it.
    pub team_id: String,
    /// When it happened, in seconds.
    pub event_time: i64,
    /// What happened.
    pub event: Event,
}

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// Somebody wrote Maro's name.
    AppMention(MessageEvent),
    /// A message was written, changed or deleted.
    Message(MessageEvent),
    /// Somebody shared a link of a domain that we asked for.
    LinkShared(LinkShared),
    /// Tokens were revoked.
    TokensRevoked(TokensRevoked),
    /// The app was removed from the workspace.
    AppUninstalled,
    /// A kind that we do not use.
    Other {
        /// Slack's name for it.
        kind: String,
    },
}

/// A message in an event.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct MessageEvent {
    /// The channel.
    pub channel: String,
    /// Who wrote it; absent for changes, deletions and some bots.
    pub user: Option<String>,
    /// The bot that wrote it.
    pub bot_id: Option<String>,
    /// What kind of message it is, for other than ordinary ones.
    pub subtype: Option<String>,
    /// The text in Slack's markup.
    #[serde(default, deserialize_with = "nullable")]
    pub text: String,
    /// The message's id.
    #[serde(default, deserialize_with = "nullable")]
    pub ts: String,
    /// The thread it is in.
    pub thread_ts: Option<String>,
    /// The kind of channel.
    pub channel_type: Option<String>,
    /// The files it carries.
    #[serde(default, deserialize_with = "nullable")]
    pub files: Vec<FileReference>,
}

impl MessageEvent {
    /// Whether a person wrote it just now, as opposed to a bot, a change or a deletion.
    #[must_use]
    pub fn is_from_person(&self) -> bool {
        is_ordinary(self.subtype.as_deref()) && self.user.is_some() && self.bot_id.is_none()
    }
}

/// Links that somebody shared.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct LinkShared {
    /// The channel; `COMPOSER` while the message is still being written.
    pub channel: String,
    /// Who shared them.
    pub user: Option<String>,
    /// The message.
    #[serde(default, deserialize_with = "nullable")]
    pub message_ts: String,
    /// The thread it is in.
    pub thread_ts: Option<String>,
    /// Names the occasion, with `source`.
    pub unfurl_id: Option<String>,
    /// Where the links are: `conversations_history` or `composer`.
    pub source: Option<String>,
    /// The links.
    #[serde(default, deserialize_with = "nullable")]
    pub links: Vec<SharedLink>,
}

/// A link that somebody shared.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct SharedLink {
    /// The domain that we asked for.
    #[serde(default, deserialize_with = "nullable")]
    pub domain: String,
    /// The address.
    pub url: String,
}

/// Tokens that no longer work.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct TokensRevoked {
    /// The people whose tokens they were.
    #[serde(default, deserialize_with = "nullable")]
    pub oauth: Vec<String>,
    /// The bots whose tokens they were.
    #[serde(default, deserialize_with = "nullable")]
    pub bot: Vec<String>,
}

/// Slack holds events back.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct RateLimitedEvent {
    /// The workspace.
    pub team_id: String,
    /// The minute in which it began, in seconds.
    #[serde(default, deserialize_with = "nullable")]
    pub minute_rate_limited: i64,
}

#[derive(Deserialize)]
struct Probe {
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Deserialize)]
struct Verification {
    challenge: String,
}

#[derive(Deserialize)]
struct Callback {
    event_id: String,
    team_id: Option<String>,
    enterprise_id: Option<String>,
    #[serde(default, deserialize_with = "nullable")]
    event_time: i64,
    event: Probe,
}

/// The callback again, once the kind of its event is known.
#[derive(Deserialize)]
struct With<T> {
    event: T,
}

#[derive(Deserialize)]
struct Tokens {
    tokens: TokensRevoked,
}

impl EventEnvelope {
    /// Reads the body of a request.
    pub fn parse(body: &[u8]) -> Result<Self, PayloadError> {
        let Probe { kind } = json(body)?;
        match kind.as_str() {
            "url_verification" => {
                let Verification { challenge } = json(body)?;
                Ok(Self::UrlVerification { challenge })
            }
            "event_callback" => Ok(Self::EventCallback(Box::new(callback(body)?))),
            "app_rate_limited" => {
                let limited: RateLimitedEvent = json(body)?;
                check_id("team_id", &limited.team_id)?;
                Ok(Self::AppRateLimited(limited))
            }
            _ => Err(PayloadError::new(
                "type",
                &format!("`{kind}` is no kind of envelope"),
            )),
        }
    }
}

fn callback(body: &[u8]) -> Result<EventCallback, PayloadError> {
    let Callback {
        event_id,
        team_id,
        enterprise_id,
        event_time,
        event: Probe { kind },
    } = json(body)?;
    let team_id = team_id.or(enterprise_id).unwrap_or_default();
    check_id("team_id", &team_id)?;
    check_id("event_id", &event_id)?;
    let event = event(kind, body)?;
    Ok(EventCallback {
        event_id,
        team_id,
        event_time,
        event,
    })
}

fn event(kind: String, body: &[u8]) -> Result<Event, PayloadError> {
    Ok(match kind.as_str() {
        "app_mention" => Event::AppMention(message(body)?),
        "message" => Event::Message(message(body)?),
        "link_shared" => Event::LinkShared(inner(body)?),
        "tokens_revoked" => Event::TokensRevoked(inner::<Tokens>(body)?.tokens),
        "app_uninstalled" => Event::AppUninstalled,
        _ => Event::Other { kind },
    })
}

fn message(body: &[u8]) -> Result<MessageEvent, PayloadError> {
    let message: MessageEvent = inner(body)?;
    check_id("event.channel", &message.channel)?;
    check_id("event.ts", &message.ts)?;
    if let Some(thread) = &message.thread_ts {
        check_id("event.thread_ts", thread)?;
    }
    Ok(message)
}

fn inner<T: DeserializeOwned>(body: &[u8]) -> Result<T, PayloadError> {
    Ok(json::<With<T>>(body)?.event)
}
