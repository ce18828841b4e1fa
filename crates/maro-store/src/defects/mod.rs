//! Defects: counted by one statement however many are seen at once, and their history.

mod list;
mod rows;
mod search;

use chrono::{DateTime, Utc};
use maro_core::actor::Actor;
use maro_core::findings::{Defect, DefectEvent, DefectStatus};
use maro_core::ids::DefectId;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, ExprTrait as _, IntoActiveModel as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};
use uuid::Uuid;

use crate::entities::defect::{Column, Entity};
use crate::entities::defect_event;
use crate::row::{micros, readable};
use crate::store::sealed::Sealed as _;
use crate::{Reader, StoreError, Tx};

pub use list::{DefectFilter, open_by_severity, page, page_of_history};
use rows::{case_key, event_row, row_of};
pub use search::MOST_TITLES;

/// Rows of one statement; more would be too many parameters for SQLite.
const ROWS_AT_ONCE: usize = 500;

/// Counts defects that were seen: each is inserted, or raises the count of the one that has its
/// fingerprint. Returns the rows as they are now; one that was not known has the id that was given.
///
/// No fingerprint may come twice, and all callers must bring them in the same order, or two could
/// wait for each other. The rows stay locked until the transaction ends.
pub async fn count(tx: &Tx, seen: &[Defect]) -> Result<Vec<Defect>, StoreError> {
    let raised = OnConflict::column(Column::Fingerprint)
        .value(Column::Count, Expr::cust("defects.count + excluded.count"))
        .value(Column::LastSeen, Expr::cust("excluded.last_seen"))
        .value(
            Column::LastRun,
            Expr::cust("COALESCE(excluded.last_run, defects.last_run)"),
        )
        .to_owned();
    let mut counted = Vec::with_capacity(seen.len());
    for seen in seen.chunks(ROWS_AT_ONCE) {
        let rows = seen.iter().map(|defect| row_of(defect).into_active_model());
        let rows = Entity::insert_many(rows)
            .on_conflict(raised.clone())
            .exec_with_returning(tx.inner())
            .await?;
        for row in rows {
            counted.push(Defect::try_from(row)?);
        }
    }
    Ok(counted)
}

/// Sets the status of defects, for a decision that was made on rows which this transaction holds.
pub async fn set_status(
    tx: &Tx,
    defects: &[DefectId],
    status: DefectStatus,
    regressed: bool,
    now: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let mut changed = 0;
    for ids in defects.chunks(ROWS_AT_ONCE) {
        let regressions = Expr::col(Column::Regressions).add(i32::from(regressed));
        let update = Entity::update_many()
            .col_expr(Column::Status, Expr::value(status.as_str()))
            .col_expr(Column::StatusSince, Expr::value(micros(now)))
            .col_expr(Column::Regressions, regressions)
            .filter(Column::Id.is_in(ids.iter().map(|id| id.0)))
            .exec(tx.inner());
        changed += update.await?.rows_affected;
    }
    Ok(changed)
}

/// Sets which issue stands for a defect, whose row this transaction holds.
pub async fn set_issue(
    tx: &Tx,
    id: DefectId,
    issue: Option<(&str, &str)>,
    status: Option<&str>,
) -> Result<bool, StoreError> {
    let (key, url) = issue.unzip();
    let changed = Entity::update_many()
        .col_expr(Column::JiraIssueKey, Expr::value(key))
        .col_expr(Column::JiraIssueUrl, Expr::value(url))
        .col_expr(Column::JiraStatus, Expr::value(status))
        .filter(Column::Id.eq(id.0))
        .exec(tx.inner())
        .await?;
    Ok(changed.rows_affected == 1)
}

/// Says who takes care of a defect; nobody, when there is none.
pub async fn assign(tx: &Tx, id: DefectId, to: Option<&Actor>) -> Result<(), StoreError> {
    let to = to.map(ToString::to_string);
    Entity::update_many()
        .col_expr(Column::Assignee, Expr::value(to))
        .filter(Column::Id.eq(id.0))
        .exec(tx.inner())
        .await?;
    Ok(())
}

/// Says until when a defect is told no more.
pub async fn snooze(tx: &Tx, id: DefectId, until: Option<DateTime<Utc>>) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::SnoozedUntil, Expr::value(until.map(micros)))
        .filter(Column::Id.eq(id.0))
        .exec(tx.inner())
        .await?;
    Ok(())
}

/// Notes what happened.
pub async fn note(tx: &Tx, events: &[DefectEvent]) -> Result<(), StoreError> {
    for events in events.chunks(ROWS_AT_ONCE) {
        let rows = events
            .iter()
            .map(|event| event_row(event).into_active_model());
        defect_event::Entity::insert_many(rows)
            .exec_without_returning(tx.inner())
            .await?;
    }
    Ok(())
}

/// Finds a defect.
pub async fn find(conn: &impl Reader, id: DefectId) -> Result<Option<Defect>, StoreError> {
    let row = Entity::find_by_id(id.0).one(conn.inner()).await?;
    row.map(Defect::try_from).transpose()
}

/// Finds defects. One that cannot be read is left out, so that it stops no other.
pub async fn find_all(conn: &impl Reader, ids: &[DefectId]) -> Result<Vec<Defect>, StoreError> {
    let mut found = Vec::with_capacity(ids.len());
    for ids in ids.chunks(ROWS_AT_ONCE) {
        let rows = Entity::find()
            .filter(Column::Id.is_in(ids.iter().map(|id| id.0)))
            .all(conn.inner())
            .await?;
        found.extend(readable::<_, Defect, _>(rows, |row| row.id).0);
    }
    Ok(found)
}

/// The newest defect that has this issue.
pub async fn of_issue(conn: &impl Reader, key: &str) -> Result<Option<Defect>, StoreError> {
    let row = Entity::find()
        .filter(Column::JiraIssueKey.eq(key))
        .order_by_desc(Column::Id)
        .one(conn.inner())
        .await?;
    row.map(Defect::try_from).transpose()
}

/// Finds a defect and keeps others from changing it until the transaction ends.
pub async fn lock(tx: &Tx, id: DefectId) -> Result<Option<Defect>, StoreError> {
    let query = tx.locked(Entity::find_by_id(id.0));
    let row = query.one(tx.inner()).await?;
    row.map(Defect::try_from).transpose()
}

/// The defects of a source that are open and were found by a case, with the keys of the cases. Their
/// rows stay locked until the transaction ends.
pub async fn lock_open_cases(tx: &Tx, source: &str) -> Result<Vec<(DefectId, u64)>, StoreError> {
    let open = DefectStatus::ALL
        .into_iter()
        .filter(|status| status.is_open());
    let query = Entity::find()
        .filter(Column::Source.eq(source))
        .filter(Column::Status.is_in(open.map(DefectStatus::as_str)))
        .filter(Column::CaseKey.is_not_null())
        .order_by_asc(Column::Fingerprint);
    let query = tx.locked(query);
    let rows: Vec<(Uuid, Option<String>)> = query
        .select_only()
        .columns([Column::Id, Column::CaseKey])
        .into_tuple()
        .all(tx.inner())
        .await?;
    let key = |(id, key): (Uuid, Option<String>)| Some((DefectId(id), case_key(&key?)?));
    Ok(rows.into_iter().filter_map(key).collect())
}

/// The defects with these fingerprints, which must be in order. Their rows stay locked until the
/// transaction ends.
pub async fn lock_by_fingerprint(
    tx: &Tx,
    fingerprints: &[String],
) -> Result<Vec<Defect>, StoreError> {
    let mut found = Vec::new();
    for fingerprints in fingerprints.chunks(ROWS_AT_ONCE) {
        let query = Entity::find()
            .filter(Column::Fingerprint.is_in(fingerprints.iter().map(String::as_str)))
            .order_by_asc(Column::Fingerprint);
        let query = tx.locked(query);
        for row in query.all(tx.inner()).await? {
            found.push(Defect::try_from(row)?);
        }
    }
    Ok(found)
}

/// What happened to a defect, newest first; at most the last 200 things.
pub async fn history(conn: &impl Reader, id: DefectId) -> Result<Vec<DefectEvent>, StoreError> {
    use defect_event::Column;
    let rows = defect_event::Entity::find()
        .filter(Column::DefectId.eq(id.0))
        .order_by_desc(Column::Id)
        .limit(200)
        .all(conn.inner())
        .await?;
    rows.into_iter().map(DefectEvent::try_from).collect()
}
