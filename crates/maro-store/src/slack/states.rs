//! Answers to consents that were used. A state carries all it needs by itself; only that it was used
//! must be remembered, for as long as it would count.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _};

use crate::entities::slack_used_state::{Column, Entity, Model};
use crate::row::micros;
use crate::store::sealed::Sealed as _;
use crate::{Store, StoreError, Tx};

/// Uses a state, by its hash. Returns `false` when it was used before.
pub async fn use_state(tx: &Tx, id: &str, expires_at: DateTime<Utc>) -> Result<bool, StoreError> {
    let row = Model {
        id: id.to_owned(),
        expires_at: micros(expires_at),
    };
    let once = OnConflict::column(Column::Id).do_nothing().to_owned();
    let inserted = Entity::insert(row.into_active_model())
        .on_conflict(once)
        .exec_without_returning(tx.inner())
        .await?;
    Ok(inserted == 1)
}

/// Forgets states that would not count any more.
pub async fn delete_expired_states(store: &Store, now: DateTime<Utc>) -> Result<u64, StoreError> {
    let expired = Column::ExpiresAt.lte(micros(now));
    let deleted = Entity::delete_many().filter(expired);
    Ok(deleted.exec(store.writer()).await?.rows_affected)
}
