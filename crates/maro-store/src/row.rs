//! Between rows and the domain's types: times, JSON, words.

use std::fmt;

use chrono::{DateTime, SubsecRound as _, TimeDelta, Utc};
use maro_core::actor::Actor;
use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::StoreError;

/// PostgreSQL keeps microseconds and SQLite nanoseconds; what is stored has microseconds.
pub(crate) fn micros(at: DateTime<Utc>) -> DateTime<Utc> {
    at.trunc_subsecs(6)
}

/// Writes a value as JSON text.
pub(crate) fn to_json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("the domain's types have string keys")
}

/// Reads JSON text that [`to_json`] wrote.
pub(crate) fn from_json<T: DeserializeOwned>(text: &str, what: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::corrupt(format!("{what}: {error}")))
}

/// Reads an actor.
pub(crate) fn actor(text: &str, what: &str) -> Result<Actor, StoreError> {
    text.parse()
        .map_err(|error| StoreError::corrupt(format!("{what}: {error}")))
}

/// Reads a word that the domain knows.
pub(crate) fn word<T>(
    parse: fn(&str) -> Option<T>,
    text: &str,
    what: &str,
) -> Result<T, StoreError> {
    parse(text).ok_or_else(|| StoreError::corrupt(format!("{what}: {text:?}")))
}

/// How long a row that cannot be read is left alone. A newer Maro may be on its way that can.
pub(crate) const SET_ASIDE: TimeDelta = TimeDelta::hours(1);

/// Reads rows one by one, so that one that cannot be read stops no other. Returns what could be read,
/// and the ids of the rest, which the caller sets aside.
pub(crate) fn readable<M, T, I>(rows: Vec<M>, id: impl Fn(&M) -> I) -> (Vec<T>, Vec<I>)
where
    T: TryFrom<M, Error = StoreError>,
    I: fmt::Display,
{
    let (mut read, mut unreadable) = (Vec::with_capacity(rows.len()), Vec::new());
    for row in rows {
        let row_id = id(&row);
        match T::try_from(row) {
            Ok(value) => read.push(value),
            Err(error) => {
                tracing::error!(
                    row.id = %row_id,
                    error = &error as &dyn std::error::Error,
                    "a row cannot be read and is left out"
                );
                unreadable.push(row_id);
            }
        }
    }
    (read, unreadable)
}

/// A statement whose text is the same on both databases (`$1` is understood by both).
pub(crate) fn sql<const N: usize>(backend: DbBackend, text: &str, values: [Value; N]) -> Statement {
    Statement::from_sql_and_values(backend, text, values)
}

/// Runs `SELECT word, COUNT(*) … GROUP BY word` and reads the words.
pub(crate) async fn counts<T>(
    conn: &impl ConnectionTrait,
    text: &str,
    parse: fn(&str) -> Option<T>,
) -> Result<Vec<(T, i64)>, StoreError> {
    let rows = conn
        .query_all_raw(sql(conn.get_database_backend(), text, []))
        .await?;
    let mut counts = Vec::with_capacity(rows.len());
    for row in rows {
        let (name, count): (String, i64) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        counts.push((word(parse, &name, text)?, count));
    }
    Ok(counts)
}

/// Runs a query that has one moment as its answer, or none.
pub(crate) async fn moment(
    conn: &impl ConnectionTrait,
    text: &str,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    let row = conn
        .query_one_raw(sql(conn.get_database_backend(), text, []))
        .await?;
    Ok(match row {
        Some(row) => row.try_get_by_index(0)?,
        None => None,
    })
}

/// Whether a look for what is due is worth it. Most looks find nothing, and a claim that writes would
/// hold SQLite's only writer.
pub(crate) fn is_due(next: Option<DateTime<Utc>>, now: DateTime<Utc>) -> bool {
    next.is_some_and(|due| due <= now)
}
