//! Wake-ups: a nudge to a loop that a row is due, and deliveries that need no claim.

use std::sync::{Mutex, PoisonError};

use maro_store::inbox::Delivery;
use tokio::sync::{Notify, mpsc};

/// Deliveries that wait in memory; those beyond it wait in the inbox until their lease runs out.
const WAITING: usize = 20_000;

/// The nudges of one process.
#[derive(Debug)]
pub(crate) struct Wakeups {
    inbox: Notify,
    operations: Notify,
    outbox: Notify,
    deliveries: mpsc::Sender<Delivery>,
    receiver: Mutex<Option<mpsc::Receiver<Delivery>>>,
}

impl Default for Wakeups {
    fn default() -> Self {
        let (deliveries, receiver) = mpsc::channel(WAITING);
        Self {
            inbox: Notify::new(),
            operations: Notify::new(),
            outbox: Notify::new(),
            deliveries,
            receiver: Mutex::new(Some(receiver)),
        }
    }
}

impl Wakeups {
    /// Hands over a delivery that this process has just stored and claimed.
    pub(crate) fn deliver(&self, delivery: Delivery) {
        let _ = self.deliveries.try_send(delivery);
    }

    /// Takes the receiving end; the runner does so once.
    pub(super) fn take_deliveries(&self) -> Option<mpsc::Receiver<Delivery>> {
        self.receiver
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
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
