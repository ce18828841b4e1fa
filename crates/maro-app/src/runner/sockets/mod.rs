//! Socket Mode at work: two connections per instance, each replaced before it goes.
//!
//! Every instance connects; Slack gives each delivery to any one connection. A delivery that comes
//! twice meets its row in the inbox. A change of the token is noticed within seconds.
//!
//! **Invariant:** an envelope is acknowledged only when what it carries is durable.

mod line;
mod standing;

use std::time::Duration;

use maro_core::calls::FailureKind;
use maro_core::outbox::back_off;
use maro_slack::SlackError;
use maro_slack::socket::{DisconnectReason, SocketClient, SocketConfig, SocketError, Watch};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::time::Instant;
use url::Url;

use crate::App;
use crate::happening::Happening;
use crate::slack::Sockets;
use line::{End, Line};

/// Slack allows ten for an app; two let one be replaced while the other stands.
const CONNECTIONS: usize = 2;
/// How often the settings are looked at.
const LOOK: Duration = Duration::from_secs(2);
/// The longest pause after failures. Slack lets an app ask for a connection about once a minute.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);
/// A connection that lived shorter counts as a failure, or we would spin.
const SHORT_LIFE: Duration = Duration::from_secs(10);

/// What a connection is opened with.
#[derive(Clone)]
struct Wanted {
    api_url: Url,
    app_token: SecretString,
}

impl Wanted {
    /// What is configured now.
    fn now(app: &App) -> Option<Self> {
        let slack = app.slack_settings()?;
        Some(Self {
            api_url: slack.api_url.clone(),
            app_token: slack.app_token.clone()?,
        })
    }

    /// Whether it is still what is configured.
    fn is_current(&self, app: &App) -> bool {
        Self::now(app).is_some_and(|now| {
            now.api_url == self.api_url
                && now.app_token.expose_secret() == self.app_token.expose_secret()
        })
    }
}

/// Keeps all connections of this process until the application stops.
pub(super) async fn run(app: App) {
    let places = (0..CONNECTIONS).map(|_| keep_one(&app));
    let kept = futures_util::future::join_all(places);
    tokio::join!(kept, standing::tell(&app));
}

async fn keep_one(app: &App) {
    let mut failures = 0;
    while let Some(wanted) = until_wanted(app).await {
        let since = Instant::now();
        let end = connect_and_serve(app, &wanted).await;
        let pause = match end {
            End::Stopped => return,
            End::Reconfigured => Duration::ZERO,
            End::Goodbye(_) | End::Dead(_) => {
                let lived = since.elapsed() >= SHORT_LIFE;
                failures = if lived { 0 } else { failures + 1 };
                pause_after(&end, failures)
            }
        };
        if !rest(app, &wanted, pause).await {
            return;
        }
    }
}

/// Waits until Socket Mode is configured; `None` when the application stops.
async fn until_wanted(app: &App) -> Option<Wanted> {
    loop {
        if app.stop_token().is_cancelled() {
            return None;
        }
        if let Some(wanted) = Wanted::now(app) {
            return Some(wanted);
        }
        tokio::select! {
            () = app.stop_token().cancelled() => return None,
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

async fn connect_and_serve(app: &App, wanted: &Wanted) -> End {
    let opened = tokio::select! {
        () = app.stop_token().cancelled() => return End::Stopped,
        opened = open(wanted) => opened,
    };
    let mut line = match opened {
        Ok(socket) => Line::new(app, socket),
        Err(err) => {
            note_failure(app, &err);
            return End::Dead(err);
        }
    };
    app.announce(Happening::Health);
    let end = line.serve(|| wanted.is_current(app)).await;
    match &end {
        End::Goodbye(reason) => {
            note_goodbye(app, reason);
            // The old connection takes deliveries until Slack ends it; the new one is opened beside it.
            app.tasks().spawn(line.drain());
        }
        End::Dead(err) => note_failure(app, err),
        End::Reconfigured | End::Stopped => line.finish().await,
    }
    end
}

async fn open(wanted: &Wanted) -> Result<maro_slack::socket::Socket, SocketError> {
    let client = SocketClient::new(SocketConfig {
        api_url: wanted.api_url.clone(),
        app_token: wanted.app_token.clone(),
        watch: Watch::default(),
    });
    client.map_err(SocketError::NotOpened)?.connect().await
}

fn pause_after(end: &End, failures: i32) -> Duration {
    match end {
        End::Dead(SocketError::NotOpened(SlackError::RateLimited { retry_after })) => *retry_after,
        // Nothing changes before a person acts, and each try is a call that Slack counts.
        End::Goodbye(DisconnectReason::LinkDisabled | DisconnectReason::TooMany) => LONGEST_PAUSE,
        End::Dead(err) if err.is_permanent() => LONGEST_PAUSE,
        // A polite goodbye is no failure, unless one follows the other.
        End::Goodbye(_) if failures <= 1 => Duration::ZERO,
        _ if failures == 0 => Duration::ZERO,
        _ => back_off(failures, rand::random())
            .to_std()
            .unwrap_or(LONGEST_PAUSE)
            .min(LONGEST_PAUSE),
    }
}

/// Waits, but not longer than the settings stay as they are. Returns `false` at the end.
async fn rest(app: &App, wanted: &Wanted, pause: Duration) -> bool {
    let until = Instant::now() + pause;
    while Instant::now() < until && wanted.is_current(app) {
        tokio::select! {
            () = app.stop_token().cancelled() => return false,
            () = tokio::time::sleep_until(until.min(Instant::now() + LOOK)) => {}
        }
    }
    true
}

fn note_goodbye(app: &App, reason: &DisconnectReason) {
    if let Some(sentence) = reason.sentence() {
        say(app, FailureKind::Credential, sentence);
    } else {
        tracing::debug!(?reason, "a connection to Slack is replaced");
    }
}

fn note_failure(app: &App, err: &SocketError) {
    let error: &(dyn std::error::Error + 'static) = err;
    tracing::debug!(error, "a connection to Slack failed");
    let kind = if err.is_permanent() {
        FailureKind::Credential
    } else {
        FailureKind::Unreachable
    };
    say(app, kind, &err.sentence());
}

fn say(app: &App, kind: FailureKind, sentence: &str) {
    tracing::warn!("{sentence}");
    Sockets::failed(app, kind, sentence);
    app.announce(Happening::Health);
}
