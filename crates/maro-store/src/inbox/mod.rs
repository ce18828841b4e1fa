//! The inbox: deliveries from outside, durable before they are acknowledged.
//!
//! A row is inserted already claimed by the instance that received it; what a crash leaves is
//! claimed again when that claim runs out. A row that is done keeps its identity, so that a
//! redelivery is recognised, but not its payload.
//!
//! **Invariant:** at most one worker can settle a delivery, since settling needs the claim's epoch.

mod claim;
mod dead;
mod postgres;
mod sqlite;
mod writer;

use chrono::{DateTime, Utc};
use maro_core::inbox::InboxKind;

pub use claim::{claim_due, fail, next_due, settle, take_back};
pub use dead::{DeadDelivery, count_dead, count_open, delete_done_before, page, replay};
pub use writer::InboxWriter;

/// A delivery that is about to be stored, already claimed by the instance that received it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDelivery {
    /// Its identity at the sender; a redelivery has the same.
    pub id: String,
    /// Which door it came through.
    pub kind: InboxKind,
    /// The verified body.
    pub payload: String,
    /// When it arrived.
    pub received_at: DateTime<Utc>,
    /// Whether nothing is left to do; then the row only recognises redeliveries.
    pub done: bool,
    /// Which process works on it.
    pub owner: String,
    /// Until when that claim holds.
    pub lease_until: DateTime<Utc>,
}

/// A claimed delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Its identity at the sender.
    pub id: String,
    /// Which door it came through.
    pub kind: InboxKind,
    /// The verified body.
    pub payload: String,
    /// How often it was begun, this time included.
    pub attempts: i32,
    /// The epoch of the claim; settling with an older one is refused.
    pub lease_epoch: i64,
    /// When it arrived.
    pub received_at: DateTime<Utc>,
}

/// What became of a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stored {
    /// It is durable now, and claimed by the caller.
    New(Delivery),
    /// It was here before; there is nothing to do.
    Repeated,
}

impl NewDelivery {
    /// The state of its row. What is done at once is kept for its identity alone.
    fn state(&self) -> &'static str {
        if self.done { "done" } else { "open" }
    }

    fn stored_payload(&self) -> &str {
        if self.done { "" } else { &self.payload }
    }

    fn into_claimed(self) -> Delivery {
        Delivery {
            id: self.id,
            kind: self.kind,
            payload: self.payload,
            attempts: 1,
            lease_epoch: claim::FIRST_EPOCH,
            received_at: crate::row::micros(self.received_at),
        }
    }
}
