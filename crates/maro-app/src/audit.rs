//! The audit log: writing entries, reading pages, verifying the chain.

use std::fmt::Display;

use maro_core::actor::Actor;
use maro_store::audit::{self, NewAudit};
use maro_store::{StoreError, Tx};
use serde_json::Value;

use crate::App;

pub use maro_store::audit::{AuditFilter, VerifyError};

/// Appends an entry in the transaction of what it tells. Call it last: it serialises writers.
pub(crate) async fn record(
    app: &App,
    tx: &Tx,
    actor: &Actor,
    action: &str,
    subject: &(impl Display + Sync),
    details: Value,
) -> Result<(), StoreError> {
    let entry = NewAudit {
        at: app.now(),
        actor: actor.clone(),
        action: action.to_owned(),
        subject: subject.to_string(),
        details,
    };
    audit::append(tx, &entry).await.map(drop)
}

/// Appends an entry in a transaction of its own: for refusals, which change nothing else.
pub(crate) async fn record_alone(
    app: &App,
    actor: &Actor,
    action: &str,
    subject: &(impl Display + Sync),
    details: Value,
) -> Result<(), StoreError> {
    let tx = app.store().begin().await?;
    record(app, &tx, actor, action, subject, details).await?;
    tx.commit().await
}

/// Checks the whole chain. Returns number and hash of the last entry.
pub async fn verify(app: &App) -> Result<(i64, String), VerifyError> {
    audit::verify(app.store()).await
}
