//! The ledger's rows: inserting them under both rules of uniqueness, and looking them up.
//!
//! What a step is and which are allowed is in [`maro_core::operations`]; this module makes each one
//! a compare-and-set.

mod claim;
mod query;
mod rows;
mod step;

use chrono::{DateTime, Utc};
use maro_core::ids::{OperationId, SessionId};
use maro_core::operations::{Marker, Operation, OperationKind, OperationState};
use sea_orm::sea_query::{Expr, OnConflict, Query};
use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait as _, IntoActiveModel as _, QueryFilter as _,
    QueryOrder as _,
};

use crate::entities::jira_operation::{Column, Entity};
use crate::row::{micros, to_json};
use crate::store::sealed::Sealed as _;
use crate::{Reader, StoreError, Tx};

pub use claim::{ClaimedSearch, ClaimedSend, claim_to_search, claim_to_send, expired_sends};
pub use query::{OperationFilter, count_by_state, next_due, page};
pub use step::apply;

/// The states in which an operation no longer stands in the way of another.
const GONE: [OperationState; 2] = [OperationState::Rejected, OperationState::Cancelled];

/// Makes every operation that waits for better times due now: the way to Jira is open again.
pub async fn send_deferred_now(tx: &Tx, now: DateTime<Utc>) -> Result<u64, StoreError> {
    let changed = Entity::update_many()
        .col_expr(Column::NextAt, Expr::value(micros(now)))
        .filter(Column::State.eq(OperationState::Prepared.as_str()))
        .filter(Column::NextAt.gt(micros(now)))
        .exec(tx.inner())
        .await?;
    Ok(changed.rows_affected)
}

/// What became of an insert.
#[derive(Debug, Clone, PartialEq)]
pub enum Inserted {
    /// It is in the ledger now.
    New,
    /// Another operation stands in the way: of the same draft, or alive in the same session.
    Existing(Box<Operation>),
}

/// Inserts an operation, unless one of the same draft, or a live create of the same session, is
/// there. The transaction stays usable either way.
pub async fn insert(tx: &Tx, operation: &Operation) -> Result<Inserted, StoreError> {
    let inserted = Entity::insert(rows::row_of(operation).into_active_model())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(tx.inner())
        .await?;
    if inserted == 1 {
        return Ok(Inserted::New);
    }
    let (session, kind) = (&operation.session, operation.kind);
    let twin = find_by_hash(tx, session, &operation.draft_hash, kind).await?;
    let standing = match twin {
        Some(twin) => Some(twin),
        None => live_of_session(tx, session, kind).await?,
    };
    let standing = standing.ok_or_else(|| StoreError::corrupt("an operation that hides"))?;
    Ok(Inserted::Existing(Box::new(standing)))
}

/// Gives an operation another attempt, after the same draft was approved anew: one that Jira refused,
/// or that was cancelled before anything was sent. Returns `false` when it is neither any more, or
/// when another create of the session is alive.
pub async fn revive(
    tx: &Tx,
    id: OperationId,
    approved: &Operation,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let live = Query::select()
        .expr(Expr::value(1))
        .from(Entity)
        .cond_where(is_live(&approved.session, approved.kind))
        .to_owned();
    let unsent = Condition::all()
        .add(Column::State.eq(OperationState::Cancelled.as_str()))
        .add(Column::SendStartedAt.is_null());
    let gone = Condition::any()
        .add(Column::State.eq(OperationState::Rejected.as_str()))
        .add(unsent);
    let changed = Entity::update_many()
        .col_expr(
            Column::State,
            Expr::value(OperationState::Prepared.as_str()),
        )
        .col_expr(Column::Attempt, Expr::cust("attempt + 1"))
        .col_expr(Column::Deferrals, Expr::value(0))
        .col_expr(Column::Searches, Expr::value(0))
        .col_expr(Column::NextAt, Expr::value(micros(now)))
        .col_expr(Column::ErrorMessage, Expr::value(None::<String>))
        .col_expr(Column::Request, Expr::value(to_json(&approved.request)))
        .col_expr(Column::Target, Expr::value(to_json(&approved.target)))
        .col_expr(
            Column::CreatedBy,
            Expr::value(approved.created_by.to_string()),
        )
        .col_expr(
            Column::ApprovedBy,
            Expr::value(approved.approved_by.to_string()),
        )
        .col_expr(Column::UpdatedAt, Expr::value(micros(now)))
        .filter(Column::Id.eq(id.0))
        .filter(Column::DraftHash.eq(approved.draft_hash.as_str()))
        .filter(gone)
        .filter(Condition::all().not().add(Expr::exists(live)))
        .exec(tx.inner())
        .await?;
    Ok(changed.rows_affected == 1)
}

/// Finds an operation.
pub async fn find(conn: &impl Reader, id: OperationId) -> Result<Option<Operation>, StoreError> {
    let row = Entity::find_by_id(id.0).one(conn.inner()).await?;
    row.map(Operation::try_from).transpose()
}

/// Finds an operation and holds its row until the transaction ends, so that what is decided from it
/// stays true. On SQLite the transaction holds the whole database already.
pub async fn lock(tx: &Tx, id: OperationId) -> Result<Option<Operation>, StoreError> {
    let query = tx.locked(Entity::find_by_id(id.0));
    let row = query.one(tx.inner()).await?;
    row.map(Operation::try_from).transpose()
}

/// Finds the operation of a draft.
pub async fn find_by_hash(
    conn: &impl Reader,
    session: &SessionId,
    draft_hash: &str,
    kind: OperationKind,
) -> Result<Option<Operation>, StoreError> {
    let row = Entity::find()
        .filter(Column::SessionId.eq(session.0.as_str()))
        .filter(Column::DraftHash.eq(draft_hash))
        .filter(Column::Operation.eq(kind.as_str()))
        .one(conn.inner())
        .await?;
    row.map(Operation::try_from).transpose()
}

/// Finds the one operation of a session that is neither rejected nor cancelled.
pub async fn live_of_session(
    conn: &impl Reader,
    session: &SessionId,
    kind: OperationKind,
) -> Result<Option<Operation>, StoreError> {
    let row = Entity::find()
        .filter(is_live(session, kind))
        .one(conn.inner())
        .await?;
    row.map(Operation::try_from).transpose()
}

/// The operations of a session that are not settled, oldest first.
pub async fn unsettled(
    conn: &impl Reader,
    session: &SessionId,
    kind: OperationKind,
) -> Result<Vec<Operation>, StoreError> {
    let states = OperationState::ALL.into_iter();
    let unsettled = states.filter(|state| !state.is_settled());
    let rows = Entity::find()
        .filter(Column::SessionId.eq(session.0.as_str()))
        .filter(Column::Operation.eq(kind.as_str()))
        .filter(Column::State.is_in(unsettled.map(OperationState::as_str)))
        .order_by_asc(Column::Id)
        .all(conn.inner())
        .await?;
    rows.into_iter().map(Operation::try_from).collect()
}

/// Finds the operation that a marker belongs to: the live one, or else the newest.
pub async fn find_by_marker(
    conn: &impl Reader,
    marker: &Marker,
) -> Result<Option<Operation>, StoreError> {
    let rows = Entity::find()
        .filter(Column::Marker.eq(marker.as_str()))
        .order_by_desc(Column::Id)
        .all(conn.inner())
        .await?;
    let operations = rows
        .into_iter()
        .map(Operation::try_from)
        .collect::<Result<Vec<_>, _>>()?;
    let live = operations
        .iter()
        .position(|operation| !GONE.contains(&operation.state));
    Ok(operations.into_iter().nth(live.unwrap_or(0)))
}

fn is_live(session: &SessionId, kind: OperationKind) -> Condition {
    Condition::all()
        .add(Column::SessionId.eq(session.0.as_str()))
        .add(Column::Operation.eq(kind.as_str()))
        .add(Column::State.is_not_in(GONE.map(OperationState::as_str)))
}
