//! Deleting findings that are old, a batch at a time, so that no lock is held for long.
//!
//! **Invariant:** a run goes with its failures and a defect with its history, in one transaction.

use chrono::{DateTime, NaiveDate, Utc};
use maro_core::findings::{CardSubject, DefectStatus};
use maro_core::ids::DefectId;
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, EntityTrait, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};
use uuid::Uuid;

use crate::entities::{
    case_history, defect, defect_day, defect_event, finding_card, finding_link, run_failure,
    suite_day, suite_run,
};
use crate::row::micros;
use crate::store::sealed::Sealed as _;
use crate::{Store, StoreError};

/// Deletes runs that were reported before, with their failures. Returns how many.
pub async fn delete_runs_before(
    store: &Store,
    before: DateTime<Utc>,
    batch: u64,
) -> Result<usize, StoreError> {
    use suite_run::Column;
    let tx = store.begin().await?;
    let age = (Column::ReportedAt, before);
    let ids = oldest::<suite_run::Entity>(tx.inner(), Column::Id, age, batch).await?;
    run_failure::Entity::delete_many()
        .filter(run_failure::Column::RunId.is_in(ids.iter().copied()))
        .exec(tx.inner())
        .await?;
    suite_run::Entity::delete_many()
        .filter(Column::Id.is_in(ids.iter().copied()))
        .exec(tx.inner())
        .await?;
    tx.commit().await?;
    Ok(ids.len())
}

/// Deletes defects that were settled before, have not been seen since and have no ticket, with their
/// history, what is left of wanted tickets, and where their cards are in Slack. Returns how many.
pub async fn delete_defects_settled_before(
    store: &Store,
    before: DateTime<Utc>,
    batch: u64,
) -> Result<usize, StoreError> {
    use defect::Column;
    let settled = DefectStatus::ALL
        .into_iter()
        .filter(|status| !status.is_open())
        .map(DefectStatus::as_str);
    let before = micros(before);
    let is_old = Condition::all()
        .add(Column::Status.is_in(settled))
        .add(Column::StatusSince.lt(before))
        .add(Column::LastSeen.lt(before))
        .add(Column::JiraIssueKey.is_null());
    let tx = store.begin().await?;
    let ids: Vec<Uuid> = defect::Entity::find()
        .filter(is_old.clone())
        .limit(batch)
        .select_only()
        .column(Column::Id)
        .into_tuple()
        .all(tx.inner())
        .await?;
    // Asked again: somebody may have seen it in between.
    let gone = defect::Entity::delete_many()
        .filter(is_old)
        .filter(Column::Id.is_in(ids.iter().copied()))
        .exec_with_returning(tx.inner())
        .await?;
    let gone: Vec<Uuid> = gone.into_iter().map(|row| row.id).collect();
    defect_event::Entity::delete_many()
        .filter(defect_event::Column::DefectId.is_in(gone.iter().copied()))
        .exec(tx.inner())
        .await?;
    finding_link::Entity::delete_many()
        .filter(finding_link::Column::DefectId.is_in(gone.iter().copied()))
        .exec(tx.inner())
        .await?;
    let cards = gone
        .iter()
        .map(|id| CardSubject::Defect(DefectId(*id)).to_string());
    finding_card::Entity::delete_many()
        .filter(finding_card::Column::Subject.is_in(cards))
        .exec(tx.inner())
        .await?;
    tx.commit().await?;
    Ok(gone.len())
}

/// Deletes what happened to defects before, whatever became of them. Returns how much.
pub async fn delete_events_before(
    store: &Store,
    before: DateTime<Utc>,
    batch: u64,
) -> Result<usize, StoreError> {
    use defect_event::Column;
    let age = (Column::At, before);
    let ids = oldest::<defect_event::Entity>(store.inner(), Column::Id, age, batch).await?;
    defect_event::Entity::delete_many()
        .filter(Column::Id.is_in(ids.iter().copied()))
        .exec(store.writer())
        .await?;
    Ok(ids.len())
}

/// Forgets the results of cases that were not run since.
pub async fn delete_case_histories_before(
    store: &Store,
    before: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let gone = case_history::Entity::delete_many()
        .filter(case_history::Column::UpdatedAt.lt(micros(before)))
        .exec(store.writer())
        .await?;
    Ok(gone.rows_affected)
}

/// Deletes the sums of days before.
pub async fn delete_days_before(store: &Store, before: NaiveDate) -> Result<(), StoreError> {
    suite_day::Entity::delete_many()
        .filter(suite_day::Column::Day.lt(before))
        .exec(store.writer())
        .await?;
    defect_day::Entity::delete_many()
        .filter(defect_day::Column::Day.lt(before))
        .exec(store.writer())
        .await?;
    Ok(())
}

/// The ids of the oldest rows that are from before.
async fn oldest<E: EntityTrait>(
    conn: &impl ConnectionTrait,
    id: E::Column,
    (age, before): (E::Column, DateTime<Utc>),
    batch: u64,
) -> Result<Vec<Uuid>, StoreError> {
    let rows = E::find()
        .filter(age.lt(micros(before)))
        .order_by_asc(age)
        .limit(batch)
        .select_only()
        .column(id);
    Ok(rows.into_tuple().all(conn).await?)
}
