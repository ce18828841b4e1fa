//! After a restore from a backup: the database does not know what was sent since the backup.
//!
//! **Invariant:** what is older than the restore is looked for in Jira before it is sent, and when
//! it is not found, a person is asked.

use chrono::{DateTime, SecondsFormat, Utc};
use maro_core::actor::Actor;
use maro_core::findings::tickets::ticket_of;
use maro_core::ids::OperationId;
use maro_core::operations::{Operation, OperationState, after_restore as restored};
use maro_store::operations::OperationFilter;
use maro_store::sessions::Session;
use maro_store::{PageRequest, StoreError, Tx, deployment, operations};
use serde_json::json;

use super::settle::apply;
use crate::App;
use crate::audit::record_alone;
use crate::cause::Cause;

const RESTORED_AT: &str = "restored_at";
const PAGE: u64 = 200;

/// Notes the restore and distrusts every operation that is about to be sent. Returns how many.
pub async fn after_restore(app: &App, by: &Actor) -> Result<usize, StoreError> {
    let now = app.now();
    let tx = app.store().begin().await?;
    deployment::put(
        &tx,
        RESTORED_AT,
        &now.to_rfc3339_opts(SecondsFormat::Micros, true),
    )
    .await?;
    tx.commit().await?;
    record_alone(app, by, "database.restored", &"database", json!({})).await?;
    let mut moved = 0;
    let states = vec![OperationState::Prepared, OperationState::Sending];
    let filter = OperationFilter {
        states,
        ..OperationFilter::default()
    };
    let mut page = PageRequest::first(PAGE);
    loop {
        let found = operations::page(app.store(), &filter, &page).await?;
        for operation in &found.items {
            moved += usize::from(distrust_one(app, operation, by).await?);
        }
        match found.next {
            Some(next) => page.after = Some(next),
            None => return Ok(moved),
        }
    }
}

async fn distrust_one(app: &App, operation: &Operation, by: &Actor) -> Result<bool, StoreError> {
    let expected = Some((operation.state, operation.lease_epoch));
    let step = restored(operation, &app.settings().schedule, app.now());
    apply(app, operation.id, expected, by, &Cause::direct(), |_| {
        Some(step)
    })
    .await
}

/// Lets an operation begin as unknown when its conversation is older than the last restore.
///
/// A thread may have lost its row in the restore, so its own age counts, not the row's. A date that
/// cannot be read counts as a restore just now: the barrier fails closed.
pub(crate) async fn distrust(
    app: &App,
    tx: &Tx,
    operation: OperationId,
    session: &Session,
) -> Result<(), StoreError> {
    let Some(at) = deployment::find(tx, RESTORED_AT).await? else {
        return Ok(());
    };
    let restored_at: DateTime<Utc> = at.parse().unwrap_or_else(|_| app.now());
    if began_at(session) >= restored_at {
        return Ok(());
    }
    let Some(operation) = operations::find(tx, operation).await? else {
        return Ok(());
    };
    let step = restored(&operation, &app.settings().schedule, app.now());
    operations::apply(
        tx,
        operation.id,
        OperationState::Prepared,
        None,
        &step,
        app.now(),
    )
    .await?;
    Ok(())
}

fn began_at(session: &Session) -> DateTime<Utc> {
    if let Some((defect, _)) = ticket_of(&session.id) {
        // The ids of findings tell their time; the ticket may be of any moment since.
        let at = defect.0.get_timestamp().map(|at| at.to_unix());
        let at = at.and_then(|(seconds, _)| DateTime::from_timestamp(seconds.try_into().ok()?, 0));
        return at.map_or(session.created_at, |at| at.min(session.created_at));
    }
    let seconds = session
        .thread_ts
        .as_deref()
        .and_then(|ts| ts.split('.').next()?.parse().ok());
    let thread = seconds.and_then(|seconds| DateTime::from_timestamp(seconds, 0));
    thread.map_or(session.created_at, |thread| thread.min(session.created_at))
}
