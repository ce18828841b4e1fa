//! Counters of sign-in attempts, one per key, over all instances.

use chrono::{DateTime, Duration, Utc};
use sea_orm::{ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, QueryFilter as _};

use crate::entities::sign_in_attempt::{Column, Entity};
use crate::row::{micros, sql};
use crate::{Store, StoreError};

/// Counts an attempt and returns how many the current window has, this one included. A window
/// begins with the first attempt after the one before ended.
pub async fn record(
    store: &Store,
    key: &str,
    now: DateTime<Utc>,
    window: Duration,
) -> Result<i64, StoreError> {
    let text = "INSERT INTO sign_in_attempts (key, window_ends_at, attempts) VALUES ($1, $2, 1)
        ON CONFLICT (key) DO UPDATE SET
            attempts = CASE WHEN sign_in_attempts.window_ends_at <= $3
                THEN 1 ELSE sign_in_attempts.attempts + 1 END,
            window_ends_at = CASE WHEN sign_in_attempts.window_ends_at <= $3
                THEN excluded.window_ends_at ELSE sign_in_attempts.window_ends_at END
        RETURNING attempts";
    let conn = store.writer();
    let values = [key.into(), micros(now + window).into(), micros(now).into()];
    let row = conn
        .query_one_raw(sql(conn.get_database_backend(), text, values))
        .await?;
    let row = row.ok_or_else(|| StoreError::corrupt("a counter of sign-in attempts"))?;
    Ok(row.try_get_by_index(0)?)
}

/// Forgets a counter, after a sign-in that worked.
pub async fn forget(store: &Store, key: &str) -> Result<(), StoreError> {
    Entity::delete_by_id(key).exec(store.writer()).await?;
    Ok(())
}

/// Deletes counters whose window ended before then.
pub async fn delete_before(store: &Store, before: DateTime<Utc>) -> Result<u64, StoreError> {
    let ended = Column::WindowEndsAt.lt(micros(before));
    Ok(Entity::delete_many()
        .filter(ended)
        .exec(store.writer())
        .await?
        .rows_affected)
}
