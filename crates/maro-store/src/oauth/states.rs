//! Consents under way: what must come back with the answer, once and in time.

use chrono::{DateTime, Utc};
use maro_core::actor::Actor;
use sea_orm::{ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _};

use crate::entities::oauth_state::{Column, Entity, Model};
use crate::row::{actor, micros};
use crate::store::sealed::Sealed as _;
use crate::{Store, StoreError, Tx};

/// A consent that somebody asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingConsent {
    /// The hash of the state.
    pub id: String,
    /// The verifier, sealed.
    pub verifier: String,
    /// Stands for the browser or token that may bring the answer.
    pub begun_by: String,
    /// Where the answer goes.
    pub redirect_uri: String,
    /// The app that asks.
    pub client_id: String,
    /// Who asked.
    pub actor: Actor,
    /// When the answer is too late.
    pub expires_at: DateTime<Utc>,
}

/// Inserts a consent.
pub async fn insert(tx: &Tx, consent: &PendingConsent) -> Result<(), StoreError> {
    let row = Model {
        id: consent.id.clone(),
        verifier: consent.verifier.clone(),
        begun_by: consent.begun_by.clone(),
        redirect_uri: consent.redirect_uri.clone(),
        client_id: consent.client_id.clone(),
        actor: consent.actor.to_string(),
        expires_at: micros(consent.expires_at),
    };
    Entity::insert(row.into_active_model())
        .exec_without_returning(tx.inner())
        .await?;
    Ok(())
}

/// Takes a consent out. Of several who ask at once, one gets it; expired ones come, too.
pub async fn take(tx: &Tx, id: &str) -> Result<Option<PendingConsent>, StoreError> {
    let Some(row) = Entity::find_by_id(id).one(tx.inner()).await? else {
        return Ok(None);
    };
    let deleted = Entity::delete_by_id(id).exec(tx.inner()).await?;
    if deleted.rows_affected == 0 {
        return Ok(None);
    }
    PendingConsent::try_from(row).map(Some)
}

/// Deletes what has expired.
pub async fn delete_expired(store: &Store, now: DateTime<Utc>) -> Result<u64, StoreError> {
    let expired = Column::ExpiresAt.lte(micros(now));
    let deleted = Entity::delete_many().filter(expired);
    Ok(deleted.exec(store.writer()).await?.rows_affected)
}

/// Deletes all, so that no answer to an older question counts.
pub async fn delete_all(tx: &Tx) -> Result<u64, StoreError> {
    let deleted = Entity::delete_many().exec(tx.inner()).await?;
    Ok(deleted.rows_affected)
}

impl TryFrom<Model> for PendingConsent {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        Ok(Self {
            actor: actor(&row.actor, "who asked for a consent")?,
            id: row.id,
            verifier: row.verifier,
            begun_by: row.begun_by,
            redirect_uri: row.redirect_uri,
            client_id: row.client_id,
            expires_at: row.expires_at,
        })
    }
}
