//! Values that belong to the deployment as a whole, such as keys made at the first start.

use sea_orm::sea_query::OnConflict;
use sea_orm::{EntityTrait as _, IntoActiveModel as _};

use crate::entities::deployment::{Column, Entity, Model};
use crate::store::sealed::Sealed as _;
use crate::{Reader, StoreError, Tx};

/// Finds a value.
pub async fn find(conn: &impl Reader, key: &str) -> Result<Option<String>, StoreError> {
    let row = Entity::find_by_id(key).one(conn.inner()).await?;
    Ok(row.map(|row| row.value))
}

/// Stores a value unless there is one, and returns the value that is stored now. Of several
/// instances that start at once, all get the same answer.
pub async fn put_if_absent(tx: &Tx, key: &str, value: &str) -> Result<String, StoreError> {
    let row = Model {
        key: key.to_owned(),
        value: value.to_owned(),
    };
    Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(tx.inner())
        .await?;
    let stored = find(tx, key).await?;
    stored.ok_or_else(|| StoreError::corrupt(format!("deployment value {key}")))
}

/// Stores a value in place of any other.
pub async fn put(tx: &Tx, key: &str, value: &str) -> Result<(), StoreError> {
    let row = Model {
        key: key.to_owned(),
        value: value.to_owned(),
    };
    let newest = OnConflict::column(Column::Key)
        .update_column(Column::Value)
        .to_owned();
    Entity::insert(row.into_active_model())
        .on_conflict(newest)
        .exec_without_returning(tx.inner())
        .await?;
    Ok(())
}
