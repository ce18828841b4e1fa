//! One connection: what arrives is taken, and acknowledged when it is durable.

use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use maro_slack::socket::{DisconnectReason, Envelope, EnvelopeKind, Heard, Socket, SocketError};
use tokio::time::Instant;

use super::LOOK;
use crate::App;
use crate::failpoints::reach;
use crate::slack::{
    Answer, Arrived, Connected, Sockets, take_command, take_event, take_interaction,
};

/// Deliveries in work on one connection; beyond it we stop reading.
const AT_A_TIME: usize = 64;
/// How long a connection that was said goodbye to may stay; Slack ends it within about ten seconds.
const DRAIN: Duration = Duration::from_secs(30);
/// How long what is in work may take when the application stops.
const FINISH: Duration = Duration::from_secs(3);

/// Why a connection is no longer served.
pub(super) enum End {
    /// Slack says that it ends. It still delivers.
    Goodbye(DisconnectReason),
    /// It is dead.
    Dead(SocketError),
    /// The settings changed.
    Reconfigured,
    /// The application stops.
    Stopped,
}

/// A connection and the deliveries that are in work on it.
pub(super) struct Line {
    app: App,
    socket: Socket,
    in_work: FuturesUnordered<BoxFuture<'static, Taken>>,
    _connected: Connected,
}

/// An envelope after it was taken; without an answer it is not acknowledged.
struct Taken {
    envelope_id: String,
    answer: Option<Answer>,
}

impl Line {
    pub(super) fn new(app: &App, socket: Socket) -> Self {
        tracing::info!(connections = socket.connections(), "connected to Slack");
        Self {
            app: app.clone(),
            socket,
            in_work: FuturesUnordered::new(),
            _connected: Sockets::connected(app),
        }
    }

    /// Takes deliveries until the connection ends or should.
    pub(super) async fn serve(&mut self, is_current: impl Fn() -> bool + Send) -> End {
        let mut look = tokio::time::interval(LOOK);
        let stop = self.app.stop_token().clone();
        loop {
            let step = tokio::select! {
                () = stop.cancelled() => Some(End::Stopped),
                step = self.step() => step,
                _ = look.tick() => (!is_current()).then_some(End::Reconfigured),
            };
            if let Some(end) = step {
                return end;
            }
        }
    }

    /// Goes on taking deliveries until Slack ends the connection.
    pub(super) async fn drain(mut self) {
        let until = Instant::now() + DRAIN;
        let stop = self.app.stop_token().clone();
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                () = tokio::time::sleep_until(until) => break,
                step = self.step() => {
                    if let Some(End::Dead(_)) = step {
                        return;
                    }
                }
            }
        }
        self.finish().await;
    }

    /// Acknowledges what is in work, takes nothing more, and says goodbye.
    pub(super) async fn finish(mut self) {
        let settle = async {
            while let Some(taken) = self.in_work.next().await {
                if acknowledge(&mut self.socket, taken).await.is_err() {
                    return;
                }
            }
        };
        let _ = tokio::time::timeout(FINISH, settle).await;
        self.socket.close().await;
    }

    /// Hears one thing, or acknowledges one.
    async fn step(&mut self) -> Option<End> {
        let has_room = self.in_work.len() < AT_A_TIME;
        tokio::select! {
            heard = self.socket.next(), if has_room => match heard {
                Ok(Heard::Envelope(envelope)) => {
                    self.app.sockets().heard(self.app.now());
                    self.in_work.push(Box::pin(take(self.app.clone(), envelope)));
                    None
                }
                Ok(Heard::Disconnect(reason)) => Some(End::Goodbye(reason)),
                Err(err) => Some(End::Dead(err)),
            },
            Some(taken) = self.in_work.next() => {
                acknowledge(&mut self.socket, taken).await.err().map(End::Dead)
            }
        }
    }
}

async fn acknowledge(socket: &mut Socket, taken: Taken) -> Result<(), SocketError> {
    let Some(answer) = taken.answer else {
        return Ok(());
    };
    reach("socket.before_ack");
    socket
        .acknowledge(&taken.envelope_id, answer.as_ref())
        .await
}

/// Takes what is in an envelope, as the doors for HTTP do with a request.
async fn take(app: App, envelope: Envelope) -> Taken {
    let Envelope {
        id,
        kind,
        payload,
        accepts_answer,
        ..
    } = envelope;
    let arrived = Arrived {
        body: payload,
        at: Instant::now(),
    };
    let taken = match kind {
        EnvelopeKind::Command => take_command(&app, arrived).await,
        EnvelopeKind::Interaction => take_interaction(&app, arrived).await,
        EnvelopeKind::Event => take_event(&app, arrived).await,
        // Nobody will ever handle it, so that it comes again would be of no use.
        EnvelopeKind::Other(_) => Ok(None),
    };
    let answer = match taken {
        Ok(answer) => Some(answer.filter(|_| accepts_answer)),
        Err(err) => {
            tracing::warn!(reason = %err, "a delivery over a socket was not acknowledged");
            None
        }
    };
    Taken {
        envelope_id: id,
        answer,
    }
}
