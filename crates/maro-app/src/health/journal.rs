//! The journal: what this process's calls said since it was last written down.
//!
//! Notes are taken in memory, inside the call, and written a second later in one transaction, so
//! that health costs a busy deployment nothing. The first failure and the first success after one
//! are written at once.
//!
//! **Invariant:** a crash loses at most a second of calls that worked.

use std::collections::{BTreeMap, HashMap};
use std::mem;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use maro_core::activity::{Activity, ActivityOutcome};
use maro_core::calls::{Call, FailureKind, Observer};
use maro_core::health::LastFailure;
use maro_core::integrations::Integration;
use maro_core::text::clip;
use maro_store::health::Heard;
use tokio::sync::Notify;

use super::{IntegrationHealth, series};
use crate::clock::{Clock, new_id};

/// The longest message that is kept.
const LONGEST: usize = 500;
/// Failures of one second that are kept singly; more are counted into the last.
const MOST: usize = 200;
/// Calls that bring something to people.
const SENDS: [&str; 5] = [
    "chat.postMessage",
    "chat.postEphemeral",
    "chat.update",
    "response_url",
    "incoming_webhook",
];

/// Where notes are taken. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Journal(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    clock: Arc<Clock>,
    notes: Mutex<Notes>,
    wake: Notify,
    latest: Mutex<Vec<IntegrationHealth>>,
}

/// What was noted.
#[derive(Debug, Default)]
pub(super) struct Notes {
    /// What calls said about each connection.
    pub(super) heard: BTreeMap<Integration, Heard>,
    /// Entries, in the order of their first call.
    pub(super) entries: Vec<Activity>,
    worked: HashMap<(Integration, &'static str), usize>,
    failing: [bool; Integration::ALL.len()],
}

impl Journal {
    pub(crate) fn new(clock: Arc<Clock>) -> Self {
        Self(Arc::new(Inner {
            clock,
            notes: Mutex::default(),
            wake: Notify::new(),
            latest: Mutex::default(),
        }))
    }

    /// An observer for the clients of an integration.
    pub(crate) fn observer(&self, integration: Integration) -> Observer {
        let journal = self.clone();
        Observer::new(move |call| journal.note(integration, &call))
    }

    /// Notes a call.
    pub(crate) fn note(&self, integration: Integration, call: &Call) {
        series::count(integration, call);
        let mut notes = self.lock();
        let changed = notes.hear(integration, call, &self.0.clock);
        notes.write_down(integration, call, &self.0.clock);
        if changed {
            self.0.wake.notify_one();
        }
    }

    /// Lets the verdicts be looked at again at once: something besides calls has changed.
    pub(crate) fn look_again(&self) {
        self.0.wake.notify_one();
    }

    /// Waits until something should be written, or looked at, at once.
    pub(crate) async fn woken(&self) {
        self.0.wake.notified().await;
    }

    /// Whether nothing was noted.
    pub(super) fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    /// Takes everything that was noted.
    pub(super) fn take(&self) -> Notes {
        let mut notes = self.lock();
        let failing = notes.failing;
        let fresh = Notes {
            failing,
            ..Notes::default()
        };
        mem::replace(&mut *notes, fresh)
    }

    /// Puts back what could not be written.
    pub(super) fn put_back(&self, unwritten: Notes) {
        let mut notes = self.lock();
        for (integration, heard) in unwritten.heard {
            let newer = notes.heard.entry(integration).or_default();
            newer.last_success = newer.last_success.max(heard.last_success);
            newer.last_send = newer.last_send.max(heard.last_send);
            newer.last_failure = newer.last_failure.take().or(heard.last_failure);
        }
        let room = MOST.saturating_sub(notes.entries.len());
        notes.worked.clear();
        let newer = mem::take(&mut notes.entries);
        notes.entries = unwritten.entries.into_iter().take(room).collect();
        notes.entries.extend(newer);
    }

    /// Keeps the verdicts for answers that cannot wait for the database.
    pub(super) fn remember(&self, all: Vec<IntegrationHealth>) {
        *self.0.latest.lock().unwrap_or_else(PoisonError::into_inner) = all;
    }

    /// The verdicts that were kept last.
    pub(super) fn latest(&self) -> Vec<IntegrationHealth> {
        self.0
            .latest
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Notes> {
        self.0.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Notes {
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.heard.is_empty()
    }

    /// Returns whether the connection has just begun to fail, or to work again.
    fn hear(&mut self, integration: Integration, call: &Call, clock: &Clock) -> bool {
        let now = clock.now();
        let heard = self.heard.entry(integration).or_default();
        let failure = call.failure.as_ref();
        let failure = failure.filter(|failure| failure.kind != FailureKind::Refused);
        match failure {
            Some(failure) => {
                heard.last_failure = Some(LastFailure {
                    at: now,
                    kind: failure.kind,
                    sentence: clip(&failure.sentence, LONGEST),
                });
            }
            None => heard.last_success = Some(now),
        }
        if call.failure.is_none() && SENDS.contains(&call.kind) {
            heard.last_send = Some(now);
        }
        let place = Integration::ALL.iter().position(|one| *one == integration);
        let failing = place.map(|place| &mut self.failing[place]);
        failing.is_some_and(|was| mem::replace(was, failure.is_some()) != failure.is_some())
    }

    fn write_down(&mut self, integration: Integration, call: &Call, clock: &Clock) {
        let took = i32::try_from(call.took.as_millis()).unwrap_or(i32::MAX);
        let known = match &call.failure {
            None => self.worked.get(&(integration, call.kind)).copied(),
            Some(_) if self.entries.len() >= MOST => Some(self.entries.len() - 1),
            Some(_) => None,
        };
        if let Some(entry) = known.and_then(|place| self.entries.get_mut(place)) {
            entry.calls = entry.calls.saturating_add(1);
            entry.slowest_ms = entry.slowest_ms.max(Some(took));
            entry.at = clock.now();
            return;
        }
        let outcome = match &call.failure {
            None => {
                self.worked
                    .insert((integration, call.kind), self.entries.len());
                ActivityOutcome::Worked
            }
            Some(_) => ActivityOutcome::Failed,
        };
        let message = call.failure.as_ref().map(|failure| &*failure.sentence);
        let mut entry = entry(integration, call.kind, outcome, message, clock);
        entry.slowest_ms = Some(took);
        self.entries.push(entry);
    }
}

fn entry(
    integration: Integration,
    kind: &str,
    outcome: ActivityOutcome,
    message: Option<&str>,
    clock: &Clock,
) -> Activity {
    Activity {
        id: new_id(),
        integration,
        at: clock.now(),
        kind: kind.to_owned(),
        outcome,
        calls: 1,
        slowest_ms: None,
        message: message.map(|message| clip(message, LONGEST)),
    }
}

/// How long notes may wait.
pub(super) const EVERY: Duration = Duration::from_secs(1);
