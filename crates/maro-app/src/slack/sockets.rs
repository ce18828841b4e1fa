//! Socket Mode as pages and health see it: how many connections stand, and what went wrong last.
//!
//! The connections themselves are kept by the runner.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use maro_core::calls::{Call, CallFailure, FailureKind};
use maro_core::health::Concern;
use maro_core::integrations::Integration;
use maro_store::{StoreError, leases};

use crate::App;

/// The lease of an instance that hears Slack, so that others know that somebody does.
pub(crate) const STANDING: &str = "slack-sockets";

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

/// That nothing people do in Slack arrives: this instance has no connection, and no other one holds
/// the lease. Each new try has its reason in the activity.
pub(crate) async fn unheard(app: &App) -> Result<Option<Concern>, StoreError> {
    let health = socket_health(app);
    let Some((_, problem)) = health.last_problem.filter(|_| health.is_wanted) else {
        return Ok(None);
    };
    if health.connected > 0 || leases::is_held(app.store(), STANDING, app.now()).await? {
        return Ok(None);
    }
    let reason = "Socket Mode is not connected, so nothing that people do in Slack arrives.";
    Ok(Some(Concern::error(reason, problem)))
}

/// Where the runner notes what its connections do.
#[derive(Debug, Default)]
pub(crate) struct Sockets(Mutex<SocketHealth>);

impl Sockets {
    /// Counts a connection for as long as the value lives.
    pub(crate) fn connected(app: &App) -> Connected {
        app.sockets().lock().connected += 1;
        app.journal().look_again();
        Connected(app.clone())
    }

    /// How many connections stand now.
    pub(crate) fn standing(&self) -> usize {
        self.lock().connected
    }

    pub(crate) fn heard(&self, now: DateTime<Utc>) {
        self.lock().last_envelope_at = Some(now);
    }

    /// Notes a problem, and tells it in the activity.
    pub(crate) fn failed(app: &App, kind: FailureKind, sentence: &str) {
        app.sockets().lock().last_problem = Some((app.now(), sentence.to_owned()));
        let failure = CallFailure {
            kind,
            sentence: sentence.to_owned(),
        };
        let call = Call {
            kind: "socket",
            took: Duration::ZERO,
            failure: Some(failure),
        };
        app.journal().note(Integration::Slack, &call);
        app.journal().look_again();
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
