//! What places were told last, and how many tickets rules made in their hour.

use chrono::{DateTime, Utc};
use maro_core::rules::Gate;
use sea_orm::sea_query::OnConflict;
use sea_orm::{EntityTrait as _, IntoActiveModel as _};

use crate::entities::{rule_gate, rule_quota};
use crate::row::micros;
use crate::store::sealed::Sealed as _;
use crate::{StoreError, Tx};

/// How many tickets a rule made in its hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// When the hour began.
    pub since: DateTime<Utc>,
    /// How many.
    pub made: i64,
}

/// What a place was told last. Nobody else decides about the place until the transaction ends.
pub async fn gate(tx: &Tx, place: &str) -> Result<Gate, StoreError> {
    let first = rule_gate::Model {
        place: place.to_owned(),
        last_message_at: None,
        last_digest_at: None,
    };
    let known = OnConflict::column(rule_gate::Column::Place)
        .do_nothing()
        .to_owned();
    rule_gate::Entity::insert(first.into_active_model())
        .on_conflict(known)
        .exec_without_returning(tx.inner())
        .await?;
    let query = tx.locked(rule_gate::Entity::find_by_id(place));
    let row = query.one(tx.inner()).await?;
    let row = row.ok_or_else(|| StoreError::corrupt("the gate of a place went"))?;
    Ok(Gate {
        last_message: row.last_message_at,
        last_digest: row.last_digest_at,
    })
}

/// Notes what a place is told, in the transaction that holds its gate.
pub async fn save_gate(tx: &Tx, place: &str, gate: &Gate) -> Result<(), StoreError> {
    use rule_gate::Column;
    let row = rule_gate::Model {
        place: place.to_owned(),
        last_message_at: gate.last_message.map(micros),
        last_digest_at: gate.last_digest.map(micros),
    };
    let instead = OnConflict::column(Column::Place)
        .update_columns([Column::LastMessageAt, Column::LastDigestAt])
        .to_owned();
    rule_gate::Entity::insert(row.into_active_model())
        .on_conflict(instead)
        .exec_without_returning(tx.inner())
        .await?;
    Ok(())
}

/// How many tickets a rule made in its hour. Two judges that read it at once both count from it, so
/// it bounds a flood and is no exact promise.
pub async fn quota(tx: &Tx, rule: &str) -> Result<Option<Quota>, StoreError> {
    let row = rule_quota::Entity::find_by_id(rule).one(tx.inner()).await?;
    Ok(row.map(|row| Quota {
        since: row.since,
        made: row.made,
    }))
}

/// Notes how many tickets a rule made in its hour.
pub async fn save_quota(tx: &Tx, rule: &str, quota: &Quota) -> Result<(), StoreError> {
    use rule_quota::Column;
    let row = rule_quota::Model {
        rule: rule.to_owned(),
        since: micros(quota.since),
        made: quota.made,
    };
    let instead = OnConflict::column(Column::Rule)
        .update_columns([Column::Since, Column::Made])
        .to_owned();
    rule_quota::Entity::insert(row.into_active_model())
        .on_conflict(instead)
        .exec_without_returning(tx.inner())
        .await?;
    Ok(())
}
