//! Opening a connection: ask Slack for an address, upgrade, wait for the greeting.
//!
//! The upgrade goes through the HTTP client of this crate, so that sockets and calls share one TLS
//! configuration and one proxy.

use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::{
    CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE,
};
use serde::Deserialize;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use url::Url;

use super::stream::Socket;
use super::{SocketConfig, SocketError, Watch};
use crate::payloads::MAX_PAYLOAD_BYTES;
use crate::{SlackClient, SlackConfig, SlackError};

/// From the first byte to the greeting.
const PATIENCE: Duration = Duration::from_secs(20);

/// Opens connections for one app. Cheap to clone.
#[derive(Debug, Clone)]
pub struct SocketClient {
    api: SlackClient,
    watch: Watch,
}

#[derive(Deserialize)]
struct Opened {
    url: Url,
}

impl SocketClient {
    /// Makes a client; nothing is sent yet.
    pub fn new(config: SocketConfig) -> Result<Self, SlackError> {
        let api = SlackClient::new(SlackConfig {
            api_url: config.api_url,
            bot_token: config.app_token,
        })?;
        Ok(Self {
            api,
            watch: config.watch,
        })
    }

    /// Opens a connection and waits until Slack greets.
    pub async fn connect(&self) -> Result<Socket, SocketError> {
        tokio::time::timeout(PATIENCE, async {
            let address = self.open().await?;
            let stream = self.upgrade(address).await?;
            Socket::greeted(stream, self.watch).await
        })
        .await
        .unwrap_or(Err(SocketError::Silent))
    }

    /// Whether a connection can be had: opens one and says goodbye. An address alone proves nothing,
    /// Slack gives one while Socket Mode is turned off.
    pub async fn check(&self) -> Result<(), SocketError> {
        self.connect().await?.close().await;
        Ok(())
    }

    /// `apps.connections.open`: an address that is good for one connection.
    async fn open(&self) -> Result<Url, SocketError> {
        let opened: Result<Opened, _> = self.api.call_form("apps.connections.open", &[]).await;
        let url = opened.map_err(SocketError::NotOpened)?.url;
        as_http(self.api.api_url(), &url).ok_or(SocketError::ForeignAddress)
    }

    async fn upgrade(
        &self,
        address: Url,
    ) -> Result<WebSocketStream<reqwest::Upgraded>, SocketError> {
        let key = generate_key();
        let request = self
            .api
            .http()
            .get(address)
            .header(CONNECTION, "Upgrade")
            .header(UPGRADE, "websocket")
            .header(SEC_WEBSOCKET_VERSION, "13")
            .header(SEC_WEBSOCKET_KEY, &key);
        let response = request.send().await.map_err(not_reached)?;
        let accepted = response
            .headers()
            .get(SEC_WEBSOCKET_ACCEPT)
            .is_some_and(|accept| {
                accept.as_bytes() == derive_accept_key(key.as_bytes()).as_bytes()
            });
        if response.status() != StatusCode::SWITCHING_PROTOCOLS || !accepted {
            return Err(SocketError::NotAWebSocket(response.status().as_u16()));
        }
        let io = response.upgrade().await.map_err(not_reached)?;
        let limits = WebSocketConfig::default()
            .max_message_size(Some(2 * MAX_PAYLOAD_BYTES))
            .max_frame_size(Some(2 * MAX_PAYLOAD_BYTES));
        Ok(WebSocketStream::from_raw_socket(io, Role::Client, Some(limits)).await)
    }
}

/// The address carries a ticket, so no error keeps it.
fn not_reached(error: reqwest::Error) -> SocketError {
    SocketError::NotReached(error.without_url())
}

/// Takes an address of Slack's own (`wss://wss-primary.slack.com/…` for an API at `slack.com`), or
/// of the very host of the API, and never one less secure than the API. The HTTP client wants it
/// with the scheme of HTTP.
fn as_http(api: &Url, address: &Url) -> Option<Url> {
    let scheme = match (api.scheme(), address.scheme()) {
        ("https" | "http", "wss") => "https",
        ("http", "ws") => "http",
        _ => return None,
    };
    let (ours, theirs) = (api.host_str()?, address.host_str()?);
    let below = theirs
        .strip_suffix(ours)
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    let plain = address.username().is_empty() && address.password().is_none();
    // `set_scheme` does not turn a WebSocket's scheme into one of HTTP.
    let text = address.as_str().split_once(':')?.1;
    (below && plain).then(|| Url::parse(&format!("{scheme}:{text}")).ok())?
}

#[cfg(test)]
mod tests {
    use super::as_http;

    #[test]
    fn only_slacks_own_addresses_are_used() {
        let used = |api: &str, address: &str| {
            as_http(&api.parse().unwrap(), &address.parse().unwrap()).map(String::from)
        };
        let slack = "https://slack.com/api/";
        assert_eq!(
            used(slack, "wss://wss-primary.slack.com/link/?ticket=1").as_deref(),
            Some("https://wss-primary.slack.com/link/?ticket=1")
        );
        let sandbox = "http://127.0.0.1:8090/slack/api/";
        assert_eq!(
            used(sandbox, "ws://127.0.0.1:8090/slack/socket?ticket=1").as_deref(),
            Some("http://127.0.0.1:8090/slack/socket?ticket=1")
        );
        for (api, address) in [
            (slack, "ws://wss-primary.slack.com/link"),
            (slack, "wss://evilslack.com/link"),
            (slack, "wss://slack.com.evil.example/link"),
            (slack, "wss://169.254.169.254/"),
            (slack, "wss://user@wss-primary.slack.com/link"),
            (slack, "https://wss-primary.slack.com/link"),
            (sandbox, "ws://10.0.0.1:8090/slack/socket"),
        ] {
            assert_eq!(used(api, address), None, "{address}");
        }
    }
}
