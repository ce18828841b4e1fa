//! Accepting a delivery: into the inbox, then at once to a worker of this process.

use maro_core::actor::Actor;
use maro_core::inbox::InboxKind;
use maro_store::StoreError;
use maro_store::inbox::{self, NewDelivery, Stored};
use serde_json::json;

use crate::App;
use crate::audit::record;
use crate::failpoints::reach;

/// A delivery whose sender was verified.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// Its own identity, the same for every redelivery.
    pub id: String,
    /// The door it came through.
    pub kind: InboxKind,
    /// The raw body.
    pub payload: String,
    /// Whether the acknowledgement itself is the whole answer, so that nothing is left to do.
    pub is_answered: bool,
}

/// What became of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accepted {
    /// Stored now; a worker is on it.
    New,
    /// Stored before.
    Repeated,
}

/// The delivery is not durable; the sender must not be told that it is.
#[derive(Debug, thiserror::Error)]
#[error("the delivery could not be stored")]
pub struct NotStored(#[source] StoreError);

/// Stores a delivery and hands it to a worker. Returns when it is durable.
pub async fn accept(app: &App, incoming: Incoming) -> Result<Accepted, NotStored> {
    let now = app.now();
    reach("inbox.before_commit");
    let delivery = NewDelivery {
        id: incoming.id,
        kind: incoming.kind,
        payload: incoming.payload,
        received_at: now,
        done: incoming.is_answered,
        owner: app.owner().to_owned(),
        lease_until: now + app.settings().timings.work_lease,
    };
    let stored = app.inbox().store(delivery).await.map_err(NotStored)?;
    reach("inbox.after_commit");
    metrics::counter!("maro_deliveries_total", "kind" => incoming.kind.as_str()).increment(1);
    match stored {
        Stored::New(delivery) => {
            if !incoming.is_answered {
                app.wakeups().deliver(delivery);
            }
            Ok(Accepted::New)
        }
        Stored::Repeated => Ok(Accepted::Repeated),
    }
}

/// Puts a delivery that could not be handled back into the inbox. Returns `false` when it is not dead.
pub async fn replay(app: &App, id: &str, by: &Actor) -> Result<bool, StoreError> {
    let tx = app.store().begin().await?;
    if !inbox::replay(&tx, id, app.now()).await? {
        return Ok(false);
    }
    record(app, &tx, by, "delivery.replayed", &id, json!({})).await?;
    tx.commit().await?;
    app.wakeups().inbox();
    Ok(true)
}
