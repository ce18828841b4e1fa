//! How many defects were open at the end of each day, as a clock noted it.

use chrono::NaiveDate;
use maro_core::findings::{DefectStatus, OpenDay, Severity};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, IntoActiveModel as _,
    QueryFilter as _, QueryOrder as _,
};

use crate::entities::defect_day::{Column, Entity, Model};
use crate::row::{sql, word};
use crate::store::sealed::Sealed as _;
use crate::{Store, StoreError};

const OPEN: &str = "SELECT severity, COUNT(*) FROM defects
    WHERE status IN ($1, $2) GROUP BY severity";

/// How many defects are open now, by severity, the worst first.
pub async fn count_open(store: &Store) -> Result<[i64; Severity::ALL.len()], StoreError> {
    let conn = store.inner();
    let values = [DefectStatus::Open, DefectStatus::Acknowledged].map(|one| one.as_str().into());
    let rows = conn
        .query_all_raw(sql(conn.get_database_backend(), OPEN, values))
        .await?;
    let mut open = [0; Severity::ALL.len()];
    for row in rows {
        let (severity, count): (String, i64) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        open[place(&severity)?] = count;
    }
    Ok(open)
}

/// Notes the counts of a day, in place of those that were noted earlier on it.
pub async fn note(store: &Store, day: &OpenDay) -> Result<(), StoreError> {
    let rows = Severity::ALL
        .into_iter()
        .zip(day.open)
        .map(|(severity, open)| {
            let severity = severity.as_str().to_owned();
            let day = day.day;
            Model {
                day,
                severity,
                open,
            }
            .into_active_model()
        });
    let replace = OnConflict::columns([Column::Day, Column::Severity])
        .update_column(Column::Open)
        .to_owned();
    Entity::insert_many(rows)
        .on_conflict(replace)
        .exec_without_returning(store.writer())
        .await?;
    Ok(())
}

/// The days since `from` that were noted, oldest first.
pub async fn list(store: &Store, from: NaiveDate) -> Result<Vec<OpenDay>, StoreError> {
    let rows = Entity::find()
        .filter(Column::Day.gte(from))
        .order_by_asc(Column::Day)
        .all(store.inner())
        .await?;
    let mut days: Vec<OpenDay> = Vec::new();
    for row in rows {
        if days.last().is_none_or(|last| last.day != row.day) {
            days.push(OpenDay {
                day: row.day,
                ..OpenDay::default()
            });
        }
        if let Some(last) = days.last_mut() {
            last.open[place(&row.severity)?] = row.open;
        }
    }
    Ok(days)
}

fn place(severity: &str) -> Result<usize, StoreError> {
    let severity = word(Severity::parse, severity, "a severity")?;
    let place = Severity::ALL.into_iter().position(|one| one == severity);
    Ok(place.unwrap_or_default())
}
