//! The connection that is in use, and how the next one comes about.
//!
//! Connecting takes seconds, so it goes on in the background while callers wait up to their own
//! deadlines. After a failure the next attempt waits, longer each time; only a call that worked
//! makes the pauses short again, so that a program that starts and dies is no endless loop.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, watch};
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

use super::config::McpConfig;
use super::connection::Connection;
use super::failure::CallError;
use super::health::{McpHealth, McpStatus};
use super::profile::Tool;
use super::stderr::Tail;

const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_mins(5);

/// Where the connection stands.
#[derive(Debug, Clone)]
enum Phase {
    Unused,
    Connecting,
    Open(Arc<Connection>),
    Closed { reason: String, until: Instant },
}

/// The one connection of a client.
#[derive(Debug)]
pub(super) struct Link {
    config: McpConfig,
    tasks: TaskTracker,
    phase: watch::Sender<Phase>,
    turns: Semaphore,
    failures: AtomicU32,
    tail: Tail,
    calls: Mutex<BTreeMap<u64, (Tool, Instant)>>,
    next_call: AtomicU64,
    checked: Mutex<Checked>,
    /// Cancelled when the link is closed or dropped.
    end: DropGuard,
}

/// What the last check said.
#[derive(Debug, Default)]
struct Checked {
    at: Option<Instant>,
    latency: Option<Duration>,
}

/// A call on its way; dropped when it has ended.
pub(super) struct UnderWay<'a>(&'a Link, u64);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        let mut calls = self.0.calls.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, begun)) = calls.remove(&self.1) {
            self.0.note(Some(begun.elapsed()));
        }
    }
}

impl Link {
    pub(super) fn new(config: McpConfig, tasks: TaskTracker) -> Self {
        Self {
            turns: Semaphore::new(config.profile.calls_at_a_time()),
            config,
            tasks,
            phase: watch::channel(Phase::Unused).0,
            failures: AtomicU32::new(0),
            tail: Tail::default(),
            calls: Mutex::default(),
            next_call: AtomicU64::new(0),
            checked: Mutex::default(),
            end: CancellationToken::new().drop_guard(),
        }
    }

    pub(super) fn config(&self) -> &McpConfig {
        &self.config
    }

    /// Who may call now.
    pub(super) fn turns(&self) -> &Semaphore {
        &self.turns
    }

    /// Notes that a call is on its way.
    pub(super) fn under_way(&self, tool: Tool) -> UnderWay<'_> {
        let id = self.next_call.fetch_add(1, Ordering::Relaxed);
        self.calls
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(id, (tool, Instant::now()));
        UnderWay(self, id)
    }

    /// A connection that can be used, waited for up to the deadline.
    pub(super) async fn open(
        self: &Arc<Self>,
        deadline: Instant,
    ) -> Result<Arc<Connection>, CallError> {
        let mut phases = self.phase.subscribe();
        loop {
            // Cloned first: the borrow is a lock, and the arms change what it guards.
            let phase = phases.borrow_and_update().clone();
            match phase {
                Phase::Open(connection) if connection.is_alive() => return Ok(connection),
                Phase::Closed { reason, until } if Instant::now() < until => {
                    let retry_after = Some(until - Instant::now());
                    let what = format!("the MCP server is not connected: {reason}");
                    return Err(CallError::NotSent { what, retry_after });
                }
                Phase::Connecting => {}
                Phase::Open(dead) => self.give_up(&dead, &ending(&dead)),
                Phase::Unused | Phase::Closed { .. } => self.connect(),
            }
            let changed = timeout_at(deadline, phases.changed()).await;
            if !matches!(changed, Ok(Ok(()))) {
                return Err(CallError::not_sent("the MCP server is still starting"));
            }
        }
    }

    /// Begins to connect in the background, unless somebody has.
    fn connect(self: &Arc<Self>) {
        let begins = self.phase.send_if_modified(|phase| {
            let idle = match phase {
                Phase::Unused => true,
                Phase::Closed { until, .. } => *until <= Instant::now(),
                Phase::Connecting | Phase::Open(_) => false,
            };
            if idle {
                *phase = Phase::Connecting;
            }
            idle
        });
        if !begins {
            return;
        }
        let link = Arc::clone(self);
        self.tasks.spawn(async move {
            let begun = Instant::now();
            match Connection::open(&link.config, &link.tail, &link.tasks).await {
                Ok(connection) => {
                    link.note(Some(begun.elapsed()));
                    link.arrive(Arc::new(connection)).await;
                }
                Err(err) => {
                    link.note(None);
                    let (closed, pause) = link.closed(err.reason);
                    let waits = link.phase.send_if_modified(|phase| {
                        let waited_for = matches!(phase, Phase::Connecting);
                        if waited_for {
                            *phase = closed;
                        }
                        waited_for
                    });
                    if waits {
                        link.connect_after(pause);
                    }
                }
            }
        });
    }

    /// Connects again after a pause, so that health is known without anybody's call.
    fn connect_after(self: &Arc<Self>, pause: Duration) {
        let link = Arc::downgrade(self);
        let end = self.end.token().clone();
        self.tasks.spawn(async move {
            tokio::select! {
                () = end.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
            }
            if let Some(link) = link.upgrade() {
                link.connect();
            }
        });
    }

    /// Puts a new connection to use; one that was closed meanwhile is ended.
    async fn arrive(&self, connection: Arc<Connection>) {
        let wanted = self.phase.send_if_modified(|phase| {
            let waited_for = matches!(phase, Phase::Connecting);
            if waited_for {
                *phase = Phase::Open(Arc::clone(&connection));
            }
            waited_for
        });
        if !wanted {
            connection.end().await;
        }
    }

    /// Learns from the end of a call: what worked makes the next pause short, what hangs is given up.
    pub(super) fn learn(
        self: &Arc<Self>,
        connection: &Arc<Connection>,
        failure: Option<&CallError>,
    ) {
        match failure {
            None => self.failures.store(0, Ordering::Relaxed),
            Some(err) if err.ends_the_connection() => {
                let reason = match err {
                    CallError::Lost(reason) => format!("the last call failed: {reason}"),
                    CallError::NotSent { what, .. } => what.clone(),
                    _ => ending(connection),
                };
                self.give_up(connection, &reason);
            }
            Some(_) => {}
        }
    }

    /// Takes a connection out of use and ends it in the background.
    fn give_up(self: &Arc<Self>, connection: &Arc<Connection>, reason: &str) {
        let (closed, pause) = self.closed(reason.to_owned());
        let given_up = self.phase.send_if_modified(|phase| {
            let current = matches!(phase, Phase::Open(open) if Arc::ptr_eq(open, connection));
            if current {
                *phase = closed;
            }
            current
        });
        if given_up {
            tracing::warn!(reason, "the connection to the MCP server is given up");
            let connection = Arc::clone(connection);
            self.tasks.spawn(async move { connection.end().await });
            self.connect_after(pause);
        }
    }

    /// The phase after a failure, and how long it lasts.
    fn closed(&self, reason: String) -> (Phase, Duration) {
        let failures = self.failures.fetch_add(1, Ordering::Relaxed).min(16);
        let pause = (FIRST_PAUSE * 2_u32.pow(failures)).min(LONGEST_PAUSE);
        let until = Instant::now() + pause;
        (Phase::Closed { reason, until }, pause)
    }

    /// Connects unless it is connected, and reads the tools again, unless a call shows that it lives.
    pub(super) async fn probe(self: &Arc<Self>, deadline: Instant) -> Result<Duration, CallError> {
        let begun = Instant::now();
        let connection = self.open(deadline).await?;
        let Ok(_turn) = self.turns.try_acquire() else {
            return Ok(begun.elapsed());
        };
        let read = connection.read_tools(deadline).await;
        if let Err(err) = read {
            self.learn(&connection, Some(&err));
            return Err(err);
        }
        self.note(Some(begun.elapsed()));
        Ok(begun.elapsed())
    }

    /// Ends the connection.
    pub(super) async fn close(&self) {
        self.end.token().cancel();
        let before = self.phase.send_replace(Phase::Unused);
        if let Phase::Open(connection) = before {
            connection.end().await;
        }
    }

    pub(super) fn health(&self) -> McpHealth {
        let (status, reason) = self.judge();
        let open = match &*self.phase.borrow() {
            Phase::Open(connection) if connection.is_alive() => Some(Arc::clone(connection)),
            _ => None,
        };
        let checked = self.checked.lock().unwrap_or_else(PoisonError::into_inner);
        McpHealth {
            is_connected: open.is_some(),
            server: open.as_ref().and_then(|open| open.server()),
            gaps: open.map(|open| open.tools().gaps()).unwrap_or_default(),
            status,
            checked: checked.at.map(|at| at.elapsed()),
            latency: checked.latency,
            reason,
            stderr: self.tail.lines(),
        }
    }

    fn judge(&self) -> (McpStatus, Option<String>) {
        match &*self.phase.borrow() {
            Phase::Unused => (McpStatus::Degraded, Some("not used yet".into())),
            Phase::Connecting => (McpStatus::Degraded, Some("connecting".into())),
            Phase::Closed { reason, .. } => (McpStatus::Down, Some(reason.clone())),
            Phase::Open(connection) if !connection.is_alive() => {
                (McpStatus::Down, Some(ending(connection)))
            }
            Phase::Open(connection) => match self.slow_call().or(connection.tools().complaint()) {
                Some(reason) => (McpStatus::Degraded, Some(reason)),
                None => (McpStatus::Healthy, None),
            },
        }
    }

    /// The call that has been on its way for long, in a sentence.
    fn slow_call(&self) -> Option<String> {
        let calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        let (tool, begun) = calls.values().min_by_key(|(_, begun)| *begun)?;
        let age = begun.elapsed();
        (age > self.config.limits.read / 2).then(|| {
            let seconds = age.as_secs();
            format!(
                "a call to {} has been on its way for {seconds} s",
                tool.purpose()
            )
        })
    }

    fn note(&self, latency: Option<Duration>) {
        let mut checked = self.checked.lock().unwrap_or_else(PoisonError::into_inner);
        checked.at = Some(Instant::now());
        checked.latency = latency.or(checked.latency);
    }
}

fn ending(connection: &Connection) -> String {
    connection
        .ended()
        .unwrap_or_else(|| "the MCP server has hung up".into())
}
