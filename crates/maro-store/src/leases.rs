//! Named leases: one instance at a time runs each piece of scheduled work.
//!
//! A lease saves work; it is no proof. What must not happen twice needs a compare-and-set of its own.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, QueryFilter as _};

use crate::entities::lease::{Column, Entity};
use crate::row::{micros, sql};
use crate::{Store, StoreError};

/// Takes a lease that is free or has run out, and returns its epoch. `None`: somebody holds it.
pub async fn acquire(
    store: &Store,
    name: &str,
    owner: &str,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Option<i64>, StoreError> {
    let text = "INSERT INTO leases (name, owner, epoch, until) VALUES ($1, $2, 1, $3)
        ON CONFLICT (name) DO UPDATE SET
            owner = excluded.owner, until = excluded.until, epoch = leases.epoch + 1
        WHERE leases.until <= $4
        RETURNING epoch";
    let conn = store.writer();
    let values = [
        name.into(),
        owner.into(),
        micros(until).into(),
        micros(now).into(),
    ];
    let row = conn
        .query_one_raw(sql(conn.get_database_backend(), text, values))
        .await?;
    Ok(row.map(|row| row.try_get_by_index(0)).transpose()?)
}

/// Holds a lease for longer. Returns `false` when somebody else has it.
pub async fn renew(
    store: &Store,
    name: &str,
    epoch: i64,
    until: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let changed = Entity::update_many()
        .col_expr(Column::Until, Expr::value(micros(until)))
        .filter(Column::Name.eq(name))
        .filter(Column::Epoch.eq(epoch))
        .exec(store.writer())
        .await?;
    Ok(changed.rows_affected == 1)
}

/// Gives a lease back. Returns `false` when somebody else has it.
pub async fn release(store: &Store, name: &str, epoch: i64) -> Result<bool, StoreError> {
    renew(store, name, epoch, DateTime::UNIX_EPOCH).await
}

/// Whether anybody holds a lease now.
pub async fn is_held(store: &Store, name: &str, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let held = Entity::find_by_id(name)
        .filter(Column::Until.gt(micros(now)))
        .one(store.writer())
        .await?;
    Ok(held.is_some())
}
