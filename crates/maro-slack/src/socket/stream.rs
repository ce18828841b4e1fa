//! An open connection: reading what Slack sends, acknowledging it, and noticing silence.

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::time::Instant;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::{Bytes, Message};

use super::envelope::{DisconnectReason, Envelope, Frame, Hello};
use super::{SocketError, Watch};

/// A peer that takes nothing for so long is dead.
const WRITE_TIME: Duration = Duration::from_secs(10);

/// Something that Slack sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// A delivery. It is Slack's until it is acknowledged.
    Envelope(Envelope),
    /// The connection ends soon, or has ended its use.
    Disconnect(DisconnectReason),
}

/// An open connection.
#[derive(Debug)]
pub struct Socket {
    stream: WebSocketStream<reqwest::Upgraded>,
    watch: Watch,
    hello: Hello,
    last_heard: Instant,
    last_ping: Instant,
}

impl Socket {
    /// Waits for the greeting. The caller bounds the time.
    pub(super) async fn greeted(
        stream: WebSocketStream<reqwest::Upgraded>,
        watch: Watch,
    ) -> Result<Self, SocketError> {
        let now = Instant::now();
        let mut socket = Self {
            stream,
            watch,
            hello: Hello::default(),
            last_heard: now,
            last_ping: now,
        };
        loop {
            match socket.next_frame().await? {
                Frame::Hello(hello) => {
                    socket.hello = hello;
                    return Ok(socket);
                }
                Frame::Disconnect(reason) => return Err(SocketError::Refused(reason)),
                // Not acknowledged, so it comes again.
                Frame::Envelope(_) | Frame::Other => {}
            }
        }
    }

    /// How many connections the app has, this one included, as Slack counted at the greeting.
    #[must_use]
    pub fn connections(&self) -> u32 {
        self.hello.connections
    }

    /// Waits for the next delivery, or the notice of an end. Fails when the connection is dead.
    ///
    /// Dropping the future loses nothing that was received.
    pub async fn next(&mut self) -> Result<Heard, SocketError> {
        loop {
            match self.next_frame().await? {
                Frame::Envelope(envelope) => return Ok(Heard::Envelope(envelope)),
                Frame::Disconnect(reason) => return Ok(Heard::Disconnect(reason)),
                Frame::Hello(_) | Frame::Other => {}
            }
        }
    }

    /// Acknowledges an envelope, with an answer where the envelope takes one.
    pub async fn acknowledge(
        &mut self,
        envelope_id: &str,
        answer: Option<&Value>,
    ) -> Result<(), SocketError> {
        let body = match answer {
            Some(answer) => json!({ "envelope_id": envelope_id, "payload": answer }),
            None => json!({ "envelope_id": envelope_id }),
        };
        self.write(Message::text(body.to_string())).await
    }

    /// Says goodbye, so that Slack does not count this connection any longer.
    pub async fn close(mut self) {
        let _ = tokio::time::timeout(WRITE_TIME, self.stream.close(None)).await;
    }

    async fn next_frame(&mut self) -> Result<Frame, SocketError> {
        loop {
            let dead_at = self.last_heard + self.watch.silence;
            let ping_at = self.last_ping + self.watch.ping_every;
            let message = tokio::select! {
                message = self.stream.next() => message,
                () = tokio::time::sleep_until(dead_at) => return Err(SocketError::Silent),
                () = tokio::time::sleep_until(ping_at) => {
                    self.last_ping = Instant::now();
                    self.write(Message::Ping(Bytes::new())).await?;
                    continue;
                }
            };
            let message = message
                .ok_or(SocketError::Closed)?
                .map_err(SocketError::Broken)?;
            self.last_heard = Instant::now();
            match message {
                Message::Text(text) => {
                    // What cannot be read is not acknowledged, so Slack notices.
                    if let Ok(frame) = Frame::parse(&text) {
                        return Ok(frame);
                    }
                }
                Message::Close(_) => return Err(SocketError::Closed),
                // The library answers pings by itself, with the next write or read.
                _ => {}
            }
        }
    }

    async fn write(&mut self, message: Message) -> Result<(), SocketError> {
        match tokio::time::timeout(WRITE_TIME, self.stream.send(message)).await {
            Ok(sent) => sent.map_err(SocketError::Broken),
            Err(_) => Err(SocketError::Silent),
        }
    }
}
