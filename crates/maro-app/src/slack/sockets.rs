//! Socket Mode as pages and health see it: how many connections stand, and what went wrong last.
//!
//! The connections themselves are kept by the runner.

use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};

use crate::App;

/// The connections of this process.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SocketHealth {
    /// Whether an app-level token is set.
    pub is_wanted: bool,
    /// How many connections stand now.
    pub connected: usize,
    /// When Slack last delivered over one.
    pub last_envelope_at: Option<DateTime<Utc>>,
    /// What last went wrong, for people.
    pub last_problem: Option<(DateTime<Utc>, String)>,
}

/// How Socket Mode does in this process.
#[must_use]
pub fn socket_health(app: &App) -> SocketHealth {
    let settings = app.slack_settings();
    SocketHealth {
        is_wanted: settings.is_some_and(|slack| slack.app_token.is_some()),
        ..app.sockets().lock().clone()
    }
}

/// Where the runner notes what its connections do.
#[derive(Debug, Default)]
pub(crate) struct Sockets(Mutex<SocketHealth>);

impl Sockets {
    /// Counts a connection for as long as the value lives.
    pub(crate) fn connected(app: &App) -> Connected {
        app.sockets().lock().connected += 1;
        Connected(app.clone())
    }

    pub(crate) fn heard(&self, now: DateTime<Utc>) {
        self.lock().last_envelope_at = Some(now);
    }

    pub(crate) fn failed(&self, sentence: &str, now: DateTime<Utc>) {
        self.lock().last_problem = Some((now, sentence.to_owned()));
    }

    fn lock(&self) -> MutexGuard<'_, SocketHealth> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection that stands.
pub(crate) struct Connected(App);

impl Drop for Connected {
    fn drop(&mut self) {
        let mut state = self.0.sockets().lock();
        state.connected = state.connected.saturating_sub(1);
    }
}
