//! The last events of each integration: inserting a batch, pages, trimming.

use maro_core::activity::{Activity, ActivityOutcome};
use maro_core::integrations::Integration;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, IntoActiveModel as _,
    QueryFilter as _, QueryTrait as _,
};

use crate::entities::integration_activity::{Column, Entity, Model};
use crate::page::newest_first;
use crate::row::{micros, sql, word};
use crate::store::sealed::Sealed as _;
use crate::{Page, PageRequest, Store, StoreError, Tx};

/// Which entries are wanted; everything by default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ActivityFilter {
    /// Only of this integration.
    pub integration: Option<Integration>,
    /// Only of this kind.
    pub kind: Option<String>,
    /// Only with this outcome.
    pub outcome: Option<ActivityOutcome>,
}

/// Inserts entries.
pub async fn insert(tx: &Tx, entries: &[Activity]) -> Result<(), StoreError> {
    if entries.is_empty() {
        return Ok(());
    }
    let rows = entries.iter().map(|entry| row(entry).into_active_model());
    Entity::insert_many(rows)
        .exec_without_returning(tx.inner())
        .await?;
    Ok(())
}

/// A page of entries, newest first.
pub async fn page(
    store: &Store,
    filter: &ActivityFilter,
    page: &PageRequest,
) -> Result<Page<Activity>, StoreError> {
    let wanted = Entity::find()
        .apply_if(filter.integration, |q, integration| {
            q.filter(Column::Integration.eq(integration.as_str()))
        })
        .apply_if(filter.kind.as_deref(), |q, kind| {
            q.filter(Column::Kind.eq(kind))
        })
        .apply_if(filter.outcome, |q, outcome| {
            q.filter(Column::Outcome.eq(outcome.as_str()))
        });
    newest_first(store, wanted, Column::Id, page).await
}

/// Keeps the newest `keep` entries of each integration and outcome, so that a flood of calls that
/// work does not wash away the one error that somebody looks for. Returns how many went.
pub async fn trim(store: &Store, keep: u64) -> Result<u64, StoreError> {
    let text = "DELETE FROM integration_activity WHERE id IN (
        SELECT id FROM (
            SELECT id, ROW_NUMBER() OVER (
                PARTITION BY integration, outcome ORDER BY id DESC) AS place
            FROM integration_activity) placed
        WHERE place > $1)";
    let keep = i64::try_from(keep).unwrap_or(i64::MAX);
    let conn = store.writer();
    Ok(conn
        .execute_raw(sql(conn.get_database_backend(), text, [keep.into()]))
        .await?
        .rows_affected())
}

fn row(entry: &Activity) -> Model {
    Model {
        id: entry.id,
        integration: entry.integration.as_str().to_owned(),
        at: micros(entry.at),
        kind: entry.kind.clone(),
        outcome: entry.outcome.as_str().to_owned(),
        calls: entry.calls,
        slowest_ms: entry.slowest_ms,
        message: entry.message.clone(),
    }
}

impl TryFrom<Model> for Activity {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let what = format!("activity {}", row.id);
        Ok(Self {
            id: row.id,
            integration: word(Integration::parse, &row.integration, &what)?,
            at: row.at,
            kind: row.kind,
            outcome: word(ActivityOutcome::parse, &row.outcome, &what)?,
            calls: row.calls,
            slowest_ms: row.slowest_ms,
            message: row.message,
        })
    }
}
