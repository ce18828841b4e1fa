//! Wake-ups: a nudge to a loop that a row is due, and deliveries that need no claim.

use maro_core::inbox::InboxKind;
use maro_store::inbox::Delivery;
use tokio::sync::Notify;

use super::line::{End, Left, Line};

/// The nudges of one process.
#[derive(Debug, Default)]
pub(crate) struct Wakeups {
    inbox: Notify,
    operations: Notify,
    outbox: Notify,
    changes: Notify,
    findings: Notify,
    tickets: Notify,
    connections: Notify,
    probes: Notify,
    people: Line,
    machines: Line,
    left: Left,
}

/// Who waits: people must not queue behind machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum From {
    /// Somebody in Slack.
    People,
    /// Jira's webhooks.
    Machines,
}

impl Wakeups {
    fn line(&self, from: From) -> &Line {
        match from {
            From::People => &self.people,
            From::Machines => &self.machines,
        }
    }

    /// Hands over a delivery that this process has just stored and claimed.
    pub(crate) fn deliver(&self, delivery: Delivery) {
        let from = match delivery.kind {
            InboxKind::JiraWebhook => From::Machines,
            _ => From::People,
        };
        if let Err(id) = self.line(from).push(delivery) {
            self.left.note(id);
            self.inbox();
        }
    }

    /// Takes the receiving end; the runner does so once.
    pub(super) fn take_deliveries(&self, from: From) -> Option<End> {
        self.line(from).take_end()
    }

    /// Takes the names of deliveries that found no place in a line, the oldest first.
    pub(super) fn take_left(&self, limit: usize) -> Vec<String> {
        self.left.take(limit)
    }

    /// Puts names back that were taken for nothing.
    pub(super) fn put_back_left(&self, ids: Vec<String>) {
        self.left.put_back(ids);
    }

    /// A delivery is due.
    pub(crate) fn inbox(&self) {
        self.inbox.notify_one();
    }

    /// An operation is due.
    pub(crate) fn operations(&self) {
        self.operations.notify_one();
    }

    /// A message is due.
    pub(crate) fn outbox(&self) {
        self.outbox.notify_one();
    }

    /// An issue may have changed.
    pub(crate) fn changes(&self) {
        self.changes.notify_one();
    }

    /// Something was found, or what was found changed.
    pub(crate) fn findings(&self) {
        self.findings.notify_one();
    }

    /// A ticket of a finding is wanted.
    pub(crate) fn tickets(&self) {
        self.tickets.notify_one();
    }

    /// A connection was changed.
    pub(crate) fn connections(&self) {
        self.connections.notify_one();
    }

    /// Connections are others than they were: health should know soon.
    pub(crate) fn probes(&self) {
        self.probes.notify_one();
    }

    /// Anything may have happened.
    pub(crate) fn all(&self) {
        self.inbox();
        self.operations();
        self.outbox();
        self.changes();
        self.tickets();
        self.connections();
    }

    pub(super) fn on_connections(&self) -> &Notify {
        &self.connections
    }

    pub(super) fn on_probes(&self) -> &Notify {
        &self.probes
    }

    pub(super) fn on_findings(&self) -> &Notify {
        &self.findings
    }

    pub(super) fn on_changes(&self) -> &Notify {
        &self.changes
    }

    pub(super) fn on_tickets(&self) -> &Notify {
        &self.tickets
    }

    pub(super) fn on_inbox(&self) -> &Notify {
        &self.inbox
    }

    pub(super) fn on_operations(&self) -> &Notify {
        &self.operations
    }

    pub(super) fn on_outbox(&self) -> &Notify {
        &self.outbox
    }
}
