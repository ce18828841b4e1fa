//! An incoming webhook: an address that posts to one channel, and can do nothing else.
//!
//! The address is the secret. There is no way to edit, find or thread a message, so after an unclear
//! outcome nobody can tell whether it is in the channel.
//!
//! See <https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks>.

use std::fmt;

use maro_core::calls::Observer;
use reqwest::StatusCode;
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use crate::SlackError;
use crate::blocks::Message;
use crate::client::{Received, http, observe};

/// What observers are told a post by webhook is.
const KIND: &str = "incoming_webhook";
/// What they are told a probe is.
const PROBE: &str = "incoming_webhook.probe";
/// How a webhook that works refuses a message without a text; one that does not says something else.
/// Seen in <https://github.com/fluxcd/flagger/pull/1031>.
const TAKES_MESSAGES: [&str; 3] = [
    "no_text",
    "missing_text_or_fallback_or_attachments",
    "invalid_payload",
];

/// An incoming webhook. Cheap to clone.
#[derive(Clone)]
pub struct IncomingWebhook {
    http: reqwest::Client,
    address: SecretString,
    observer: Observer,
}

impl IncomingWebhook {
    /// Makes a client for the webhook at `address` of the Slack whose API is at `api_url`; nothing is
    /// sent yet. People type the address, so another host's is refused.
    pub fn new(api_url: &Url, address: SecretString) -> Result<Self, SlackError> {
        let url = parse(&address)?;
        if !is_slacks(api_url, &url) {
            return Err(SlackError::ForeignAddress);
        }
        let http = http::build(&url).map_err(SlackError::not_sent)?;
        Ok(Self {
            http,
            address,
            observer: Observer::default(),
        })
    }

    /// Tells `observer` about every post from now on.
    #[must_use]
    pub fn observed_by(self, observer: Observer) -> Self {
        Self { observer, ..self }
    }

    /// Posts a message to the webhook's channel.
    pub async fn post(&self, message: &Message) -> Result<(), SlackError> {
        let request = self.http.post(parse(&self.address)?).json(message);
        let call = async { judge(&http::exchange(request).await?) };
        observe(&self.observer, KIND, call).await
    }

    /// Asks whether the webhook takes messages, without posting one.
    pub async fn probe(&self) -> Result<(), SlackError> {
        let nothing = serde_json::json!({});
        let request = self.http.post(parse(&self.address)?).json(&nothing);
        let call = async {
            match judge(&http::exchange(request).await?) {
                Err(SlackError::Api { error, .. }) if TAKES_MESSAGES.contains(&error.as_str()) => {
                    Ok(())
                }
                other => other,
            }
        };
        observe(&self.observer, PROBE, call).await
    }
}

impl fmt::Debug for IncomingWebhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IncomingWebhook")
    }
}

fn parse(address: &SecretString) -> Result<Url, SlackError> {
    Url::parse(address.expose_secret()).map_err(|_| SlackError::ForeignAddress)
}

/// Webhooks of Slack are at `hooks.slack.com`; those of a simulated one beside its API.
fn is_slacks(api_url: &Url, url: &Url) -> bool {
    let hooks = api_url.host_str().map(|host| format!("hooks.{host}"));
    let slacks =
        url.scheme() == "https" && url.port().is_none() && url.host_str() == hooks.as_deref();
    let plain = url.username().is_empty() && url.password().is_none();
    plain && (slacks || url.origin() == api_url.origin())
}

/// Slack answers `ok`, or a status and a word.
fn judge(received: &Received) -> Result<(), SlackError> {
    received.check_transport()?;
    let text = std::str::from_utf8(&received.body)
        .unwrap_or_default()
        .trim();
    if received.status == StatusCode::OK && text == "ok" {
        return Ok(());
    }
    let is_word =
        (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    if is_word {
        return Err(SlackError::Api {
            error: text.to_owned(),
            detail: Vec::new(),
        });
    }
    Err(received.plain_refusal())
}
