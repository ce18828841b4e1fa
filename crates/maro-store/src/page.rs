//! Pages by key: a cursor names the last row that was seen, so that pages stay right while rows are added.

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, EntityTrait, ModelTrait as _, QueryFilter as _, QueryOrder as _};
use sea_orm::{QuerySelect as _, QueryTrait as _, Select, Value};
use uuid::Uuid;

use crate::row::readable;
use crate::store::sealed::Sealed as _;
use crate::{Store, StoreError};

/// Longest page that is served.
const LONGEST: u64 = 200;

/// Which page is wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageRequest {
    /// The `next` of the page before; `None` begins with the newest row.
    pub after: Option<String>,
    /// How many rows; zero means 50, more than 200 means 200.
    pub limit: u64,
}

/// One page, newest rows first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Where the next page begins, if there is one.
    pub next: Option<String>,
}

impl PageRequest {
    /// The first page with `limit` rows.
    #[must_use]
    pub fn first(limit: u64) -> Self {
        Self { after: None, limit }
    }

    pub(crate) fn rows(&self) -> u64 {
        if self.limit == 0 {
            50
        } else {
            self.limit.min(LONGEST)
        }
    }

    /// One more than a page, so that we know whether another follows.
    pub(crate) fn rows_and_one(&self) -> u64 {
        self.rows() + 1
    }

    pub(crate) fn after_uuid(&self) -> Result<Option<Uuid>, StoreError> {
        let Some(cursor) = &self.after else {
            return Ok(None);
        };
        Uuid::parse_str(cursor)
            .map(Some)
            .map_err(|_| StoreError::BadCursor)
    }

    pub(crate) fn after_seq(&self) -> Result<Option<i64>, StoreError> {
        let Some(cursor) = &self.after else {
            return Ok(None);
        };
        cursor.parse().map(Some).map_err(|_| StoreError::BadCursor)
    }

    pub(crate) fn after_moment(&self) -> Result<Option<(DateTime<Utc>, String)>, StoreError> {
        let Some(cursor) = &self.after else {
            return Ok(None);
        };
        let (micros, id) = cursor.split_once('~').ok_or(StoreError::BadCursor)?;
        let at = micros
            .parse()
            .ok()
            .and_then(DateTime::from_timestamp_micros);
        Ok(Some((at.ok_or(StoreError::BadCursor)?, id.to_owned())))
    }

    /// Cuts the row too many, names the last row that stays, and reads the rows. What cannot be read
    /// is left out and logged: one such row must not take its page with it.
    pub(crate) fn read<M, T>(&self, mut rows: Vec<M>, cursor: impl Fn(&M) -> String) -> Page<T>
    where
        T: TryFrom<M, Error = StoreError>,
    {
        let most = usize::try_from(self.rows()).unwrap_or(usize::MAX);
        let more = rows.len() > most;
        rows.truncate(most);
        let next = if more { rows.last().map(&cursor) } else { None };
        let (items, _) = readable(rows, cursor);
        Page { items, next }
    }
}

/// A page of rows that are named by UUIDs in the order of time, newest first.
pub(crate) async fn newest_first<E, T>(
    store: &Store,
    wanted: Select<E>,
    id: E::Column,
    page: &PageRequest,
) -> Result<Page<T>, StoreError>
where
    E: EntityTrait,
    T: TryFrom<E::Model, Error = StoreError>,
{
    let rows = wanted
        .apply_if(page.after_uuid()?, |q, after| q.filter(id.lt(after)))
        .order_by_desc(id)
        .limit(page.rows_and_one())
        .all(store.inner())
        .await?;
    Ok(page.read(rows, |row| match row.get(id) {
        Value::Uuid(Some(id)) => id.to_string(),
        _ => String::new(),
    }))
}

/// The cursor for rows that are ordered by a time and a text.
pub(crate) fn moment_cursor(at: DateTime<Utc>, id: &str) -> String {
    format!("{}~{id}", at.timestamp_micros())
}
