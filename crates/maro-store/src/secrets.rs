//! Secrets of the configuration, sealed. A name is used once: a new value gets a new name, and the
//! configuration that points at it decides which one counts.

use chrono::{DateTime, Utc};
use sea_orm::{EntityTrait as _, IntoActiveModel as _};

use crate::entities::secret::{Entity, Model};
use crate::row::micros;
use crate::store::sealed::Sealed as _;
use crate::{Reader, StoreError, Tx};

/// Finds a sealed value.
pub async fn find(conn: &impl Reader, name: &str) -> Result<Option<String>, StoreError> {
    let row = Entity::find_by_id(name).one(conn.inner()).await?;
    Ok(row.map(|row| row.sealed))
}

/// Stores a sealed value under a new name.
pub async fn insert(
    tx: &Tx,
    name: &str,
    sealed: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = Model {
        name: name.to_owned(),
        sealed: sealed.to_owned(),
        created_at: micros(now),
    };
    Entity::insert(row.into_active_model())
        .exec_without_returning(tx.inner())
        .await?;
    Ok(())
}

/// Deletes a value; that there is none is fine.
pub async fn delete(tx: &Tx, name: &str) -> Result<(), StoreError> {
    Entity::delete_by_id(name).exec(tx.inner()).await?;
    Ok(())
}
