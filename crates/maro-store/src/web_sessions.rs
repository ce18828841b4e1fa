//! Signed-in browsers: a JSON record under the hash of a cookie.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _};

use crate::entities::web_session::{Column, Entity, Model};
use crate::row::micros;
use crate::store::sealed::Sealed as _;
use crate::{Store, StoreError};

/// Inserts or replaces a record. `id` is the hash of the cookie, never the cookie itself.
pub async fn save(
    store: &Store,
    id: &str,
    data: &str,
    expires_at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = Model {
        id: id.to_owned(),
        data: data.to_owned(),
        expires_at: micros(expires_at),
    };
    let replace = OnConflict::column(Column::Id)
        .update_columns([Column::Data, Column::ExpiresAt])
        .to_owned();
    Entity::insert(row.into_active_model())
        .on_conflict(replace)
        .exec_without_returning(store.writer())
        .await?;
    Ok(())
}

/// Finds a record that has not expired, and when it will.
pub async fn load(
    store: &Store,
    id: &str,
    now: DateTime<Utc>,
) -> Result<Option<(String, DateTime<Utc>)>, StoreError> {
    let row = Entity::find_by_id(id)
        .filter(Column::ExpiresAt.gt(micros(now)))
        .one(store.inner())
        .await?;
    Ok(row.map(|row| (row.data, row.expires_at)))
}

/// Deletes a record; that there is none is fine.
pub async fn delete(store: &Store, id: &str) -> Result<(), StoreError> {
    Entity::delete_by_id(id).exec(store.writer()).await?;
    Ok(())
}

/// Deletes what has expired.
pub async fn delete_expired(store: &Store, now: DateTime<Utc>) -> Result<u64, StoreError> {
    let expired = Column::ExpiresAt.lte(micros(now));
    Ok(Entity::delete_many()
        .filter(expired)
        .exec(store.writer())
        .await?
        .rows_affected)
}
