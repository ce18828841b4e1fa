//! Socket Mode: Slack delivers over a WebSocket that we open, so no public address is needed.
//!
//! This module opens one connection, reads envelopes from it, writes acknowledgements, and notices
//! when it is dead. It does not reconnect and does not decide what an envelope means: how many
//! connections there are and when a new one is opened is the runner's business in `maro-app`.
//!
//! **Invariants:** the app-level token travels in a header only; the address that Slack names is
//! used only if it is Slack's own; nothing waits without a bound.
//!
//! See <https://docs.slack.dev/apis/events-api/using-socket-mode>.

mod connect;
mod envelope;
mod error;
mod stream;

use std::time::Duration;

use secrecy::SecretString;
use url::Url;

pub use connect::SocketClient;
pub use envelope::{DisconnectReason, Envelope, EnvelopeKind};
pub use error::SocketError;
pub use stream::{Heard, Socket};

/// What is needed to open connections.
#[derive(Debug, Clone)]
pub struct SocketConfig {
    /// The address of the Web API.
    pub api_url: Url,
    /// The app-level token (`xapp-…`) with the scope `connections:write`.
    pub app_token: SecretString,
    /// When a connection counts as dead.
    pub watch: Watch,
}

/// How a dead connection is noticed: a half-open one is silent, and only asking tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Watch {
    /// How often we ask for a sign of life.
    pub ping_every: Duration,
    /// After so much silence the connection is dead.
    pub silence: Duration,
}

impl Default for Watch {
    fn default() -> Self {
        Self {
            ping_every: Duration::from_secs(10),
            silence: Duration::from_secs(30),
        }
    }
}
