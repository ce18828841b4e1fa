//! What can be changed about Socket Mode while the sandbox runs.

use serde::{Deserialize, Serialize};

/// Switches of Socket Mode, a part of the settings.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct SocketSettings {
    /// Whether the app uses Socket Mode.
    pub(crate) enabled: bool,
    /// How long a connection lasts before Slack refreshes it.
    pub(crate) connection_ms: u64,
    /// How long before that Slack warns.
    pub(crate) warning_ms: u64,
    /// How often Slack pings; a client that answers none of three is dropped.
    pub(crate) ping_ms: u64,
    /// How long Slack waits before it says hello.
    pub(crate) hello_delay_ms: u64,
    /// Whether new connections are half open: they are accepted, and then nothing comes.
    pub(crate) mute: bool,
    /// How long Slack keeps the TCP connection after the closing handshake.
    pub(crate) linger_ms: u64,
    /// How many connections an app can have.
    pub(crate) connections: usize,
    /// How often `apps.connections.open` may be called in a minute.
    pub(crate) opens_per_minute: usize,
}

impl Default for SocketSettings {
    fn default() -> Self {
        Self {
            enabled: false,
            connection_ms: 3_600_000,
            warning_ms: 10_000,
            ping_ms: 10_000,
            hello_delay_ms: 0,
            mute: false,
            linger_ms: 5_000,
            connections: 10,
            opens_per_minute: 20,
        }
    }
}
