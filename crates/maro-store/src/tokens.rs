//! Bearer tokens of the API. Only hashes are kept.

use chrono::{DateTime, Duration, Utc};
use maro_core::actor::Actor;
use maro_core::ids::TokenId;
use maro_core::people::Scope;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _, QueryOrder as _,
};

use crate::entities::api_token::{Column, Entity, Model};
use crate::row::{actor, micros, word};
use crate::store::sealed::Sealed as _;
use crate::{Reader, Store, StoreError, Tx};

/// A bearer token of the API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiToken {
    /// Its id.
    pub id: TokenId,
    /// What people call it.
    pub name: String,
    /// The SHA-256 of the token.
    pub hash: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// Who made it.
    pub created_by: Actor,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<DateTime<Utc>>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// Inserts a token.
pub async fn insert(tx: &Tx, token: &ApiToken) -> Result<(), StoreError> {
    let scopes: Vec<&str> = token.scopes.iter().map(|scope| scope.as_str()).collect();
    let row = Model {
        id: token.id.0,
        name: token.name.clone(),
        hash: token.hash.clone(),
        scopes: scopes.join(" "),
        created_by: token.created_by.to_string(),
        created_at: micros(token.created_at),
        expires_at: token.expires_at.map(micros),
        last_used_at: token.last_used_at.map(micros),
        revoked_at: token.revoked_at.map(micros),
    };
    Entity::insert(row.into_active_model())
        .exec_without_returning(tx.inner())
        .await?;
    Ok(())
}

/// Finds a token by the hash of what was presented, expired and revoked ones included.
pub async fn find_by_hash(conn: &impl Reader, hash: &str) -> Result<Option<ApiToken>, StoreError> {
    let row = Entity::find()
        .filter(Column::Hash.eq(hash))
        .one(conn.inner())
        .await?;
    row.map(ApiToken::try_from).transpose()
}

/// Every token, newest first.
pub async fn list(store: &Store) -> Result<Vec<ApiToken>, StoreError> {
    let rows = Entity::find()
        .order_by_desc(Column::Id)
        .all(store.inner())
        .await?;
    rows.into_iter().map(ApiToken::try_from).collect()
}

/// Revokes a token. Returns `false` when it is unknown or was revoked before.
pub async fn revoke(tx: &Tx, id: TokenId, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let changed = Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::value(micros(now)))
        .filter(Column::Id.eq(id.0))
        .filter(Column::RevokedAt.is_null())
        .exec(tx.inner())
        .await?;
    Ok(changed.rows_affected == 1)
}

/// Remembers that a token was used; writes at most once a minute, since every request calls it.
pub async fn touch(store: &Store, token: &ApiToken, now: DateTime<Utc>) -> Result<(), StoreError> {
    let fresh = token
        .last_used_at
        .is_some_and(|at| now - at < Duration::minutes(1));
    if fresh {
        return Ok(());
    }
    Entity::update_many()
        .col_expr(Column::LastUsedAt, Expr::value(micros(now)))
        .filter(Column::Id.eq(token.id.0))
        .exec(store.writer())
        .await?;
    Ok(())
}

impl TryFrom<Model> for ApiToken {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let scope = |text| word(Scope::parse, text, "scope of a token");
        Ok(Self {
            id: TokenId(row.id),
            name: row.name,
            hash: row.hash,
            scopes: row
                .scopes
                .split_whitespace()
                .map(scope)
                .collect::<Result<_, _>>()?,
            created_by: actor(&row.created_by, "maker of a token")?,
            created_at: row.created_at,
            expires_at: row.expires_at,
            last_used_at: row.last_used_at,
            revoked_at: row.revoked_at,
        })
    }
}
