//! What can be changed about the simulated world while it runs.

use serde::{Deserialize, Serialize};

use crate::slack::socket::SocketSettings;

/// Switches of the Slack half and of deliveries; `POST /admin/settings` merges into them.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Settings {
    /// Whether `chat.postMessage` allows one message per second and channel only.
    pub(crate) rate_limit: bool,
    /// How many messages a quiet channel takes at once before the limit bites.
    pub(crate) rate_limit_burst: u32,
    /// Multiplies the waits between redeliveries; tests use 0.001.
    pub(crate) retry_scale: f64,
    /// How long Slack waits for an answer.
    pub(crate) ack_timeout_ms: u64,
    /// The OAuth scopes of the bot token that the app has at the start.
    pub(crate) scopes: Vec<String>,
    /// Which events the app is subscribed to; `message.channels` and `message.groups` work too,
    /// and then Maro's own messages come back to it as they do from Slack.
    pub(crate) events: Vec<String>,
    /// What goes wrong with deliveries from Slack to Maro.
    pub(crate) delivery: DeliveryFaults,
    /// Socket Mode, which takes the place of deliveries by HTTP.
    pub(crate) socket: SocketSettings,
}

/// What goes wrong with deliveries from Slack to Maro.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct DeliveryFaults {
    /// How often each delivery is sent; 1 is normal.
    pub(crate) copies: u32,
    /// Whether the copies are sent at the same time instead of one after the other.
    pub(crate) concurrent: bool,
    /// How long each delivery waits before it is sent.
    pub(crate) delay_ms: u64,
    /// Whether deliveries carry a signature made with another secret.
    pub(crate) wrong_signature: bool,
    /// How many seconds in the past the timestamp lies; more than 300 is stale.
    pub(crate) stale_seconds: i64,
}

impl Default for DeliveryFaults {
    fn default() -> Self {
        Self {
            copies: 1,
            concurrent: false,
            delay_ms: 0,
            wrong_signature: false,
            stale_seconds: 0,
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            rate_limit: true,
            rate_limit_burst: 3,
            retry_scale: 1.0,
            ack_timeout_ms: 3_000,
            scopes: SCOPES.iter().map(ToString::to_string).collect(),
            events: EVENTS.iter().map(ToString::to_string).collect(),
            delivery: DeliveryFaults::default(),
            socket: SocketSettings::default(),
        }
    }
}

/// What the app is subscribed to at the start.
const EVENTS: &[&str] = &[
    "app_mention",
    "app_home_opened",
    "app_uninstalled",
    "tokens_revoked",
];

/// Everything that the methods ask for. `chat:write.public` is known too, but not given: with
/// it Maro could write to public channels that it was not invited to.
const SCOPES: &[&str] = &[
    "app_mentions:read",
    "channels:history",
    "channels:join",
    "channels:read",
    "chat:write",
    "commands",
    "groups:history",
    "groups:read",
    "users:read",
    "users:read.email",
];
