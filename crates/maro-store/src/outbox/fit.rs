//! A last look at messages before they are claimed: which may go out, and what becomes of the rest.
//!
//! An edit that a newer one outdates is collapsed. One that cannot be read is set aside.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use maro_core::outbox::{OutboxMessage, OutboxState};
use sea_orm::sea_query::{Expr, LockBehavior, LockType};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QuerySelect as _};
use uuid::Uuid;

use crate::entities::outbox::{Column, Entity, Model};
use crate::row::{SET_ASIDE, micros, readable};
use crate::store::sealed::Sealed as _;
use crate::{StoreError, Tx};

/// The states of messages that are still to go out.
pub(super) const UNSETTLED: [&str; 2] = ["pending", "sending"];

/// Whether a newer message shows, or has shown, what this one would show. One that is dead has not.
const OUTDATED: &str = "EXISTS (SELECT 1 FROM outbox newer
    WHERE newer.collapse_key = outbox.collapse_key AND newer.seq > outbox.seq
    AND newer.state <> 'dead')";

/// Holds the rows of due messages and returns those that may go out. What others hold is left out.
pub(super) async fn fit_to_go(
    tx: &Tx,
    due: impl Iterator<Item = Uuid>,
    now: DateTime<Utc>,
) -> Result<HashSet<Uuid>, StoreError> {
    let rows = hold(tx, due.collect(), now).await?;
    if rows.is_empty() {
        return Ok(HashSet::new());
    }
    let outdated = collapse_outdated(tx, rows.iter().map(|row| row.id).collect()).await?;
    let rows = rows
        .into_iter()
        .filter(|row| !outdated.contains(&row.id))
        .collect();
    let (fit, unreadable) = readable::<Model, OutboxMessage, _>(rows, |row| row.id);
    set_aside(tx, unreadable, now).await?;
    Ok(fit.iter().map(|message| message.id.0).collect())
}

async fn hold(tx: &Tx, ids: Vec<Uuid>, now: DateTime<Utc>) -> Result<Vec<Model>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    // Asked again, because what was due may have been settled before it could be held.
    let query = Entity::find()
        .filter(Column::Id.is_in(ids))
        .filter(Column::State.is_in(UNSETTLED))
        .filter(Column::NextAt.lte(now));
    let query = if tx.locks_rows() {
        query.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
    } else {
        query
    };
    Ok(query.all(tx.inner()).await?)
}

/// Collapses those that are outdated, and returns which.
pub(super) async fn collapse_outdated(
    tx: &Tx,
    ids: Vec<Uuid>,
) -> Result<HashSet<Uuid>, StoreError> {
    let collapsed = Entity::update_many()
        .col_expr(Column::State, Expr::value(OutboxState::Collapsed.as_str()))
        .col_expr(Column::Owner, Expr::value(None::<String>))
        .filter(Column::Id.is_in(ids))
        .filter(Column::State.is_in(UNSETTLED))
        .filter(Expr::cust(OUTDATED))
        .exec_with_returning(tx.inner())
        .await?;
    Ok(collapsed.into_iter().map(|row| row.id).collect())
}

async fn set_aside(tx: &Tx, ids: Vec<Uuid>, now: DateTime<Utc>) -> Result<(), StoreError> {
    if ids.is_empty() {
        return Ok(());
    }
    Entity::update_many()
        .col_expr(Column::NextAt, Expr::value(micros(now + SET_ASIDE)))
        .filter(Column::Id.is_in(ids))
        .exec(tx.inner())
        .await?;
    Ok(())
}
