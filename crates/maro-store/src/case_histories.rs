//! The last results of cases, for those that failed at least once.
//!
//! What is kept is bounded by suite, whatever the cases of a report are called. A transaction that
//! writes here holds the row of the suite (see [`crate::suites::note_run`]), so no row is locked.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use maro_core::findings::CaseHistory;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _, QuerySelect as _,
};

use crate::entities::case_history::{Column, Entity, Model};
use crate::entities::defect;
use crate::row::micros;
use crate::store::sealed::Sealed as _;
use crate::{StoreError, Tx};

/// Cases of one suite whose results are remembered.
pub const MOST_OF_SUITE: usize = 5_000;
/// Rows of one statement; more would be too many parameters for SQLite.
const ROWS_AT_ONCE: usize = 500;

/// The histories of a suite, by the key of the case.
pub async fn of_suite(tx: &Tx, suite: &str) -> Result<HashMap<u64, CaseHistory>, StoreError> {
    let rows: Vec<(String, String)> = Entity::find()
        .filter(Column::Suite.eq(suite))
        .select_only()
        .columns([Column::CaseKey, Column::Results])
        .into_tuple()
        .all(tx.inner())
        .await?;
    let read = |(key, results): (String, String)| {
        let key = u64::from_str_radix(&key, 16);
        // A history that cannot be read begins anew; it is worth less than the report.
        Some((key.ok()?, results.parse().unwrap_or_default()))
    };
    Ok(rows.into_iter().filter_map(read).collect())
}

/// Stores histories in place of what was known.
pub async fn put(
    tx: &Tx,
    suite: &str,
    histories: &[(u64, &CaseHistory)],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let replace = OnConflict::columns([Column::Suite, Column::CaseKey])
        .update_columns([Column::Results, Column::Flaky, Column::UpdatedAt])
        .to_owned();
    for histories in histories.chunks(ROWS_AT_ONCE) {
        let rows = histories.iter().map(|(key, history)| {
            let row = Model {
                suite: suite.to_owned(),
                case_key: text_of(*key),
                results: history.to_string(),
                flaky: history.is_flaky(),
                updated_at: micros(now),
            };
            row.into_active_model()
        });
        Entity::insert_many(rows)
            .on_conflict(replace.clone())
            .exec_without_returning(tx.inner())
            .await?;
    }
    Ok(())
}

/// Forgets cases.
pub async fn forget(tx: &Tx, suite: &str, keys: &[u64]) -> Result<(), StoreError> {
    for keys in keys.chunks(ROWS_AT_ONCE) {
        Entity::delete_many()
            .filter(Column::Suite.eq(suite))
            .filter(Column::CaseKey.is_in(keys.iter().map(|key| text_of(*key))))
            .exec(tx.inner())
            .await?;
    }
    Ok(())
}

/// Marks the defects of cases as flaky or not.
pub async fn mark_defects(
    tx: &Tx,
    suite: &str,
    keys: &[u64],
    flaky: bool,
) -> Result<(), StoreError> {
    use defect::Column;
    for keys in keys.chunks(ROWS_AT_ONCE) {
        defect::Entity::update_many()
            .col_expr(Column::Flaky, Expr::value(flaky))
            .filter(Column::Source.eq(suite))
            .filter(Column::CaseKey.is_in(keys.iter().map(|key| text_of(*key))))
            .filter(Column::Flaky.ne(flaky))
            .exec(tx.inner())
            .await?;
    }
    Ok(())
}

fn text_of(key: u64) -> String {
    format!("{key:016x}")
}
