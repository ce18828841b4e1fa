//! Renewing a grant: one claim at a time, over all instances, and compare-and-set for what came of it.
//!
//! The claim is a row with a lease instead of a lock that is held during the call: on SQLite that
//! would stop every other writer for as long as the provider takes to answer.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait as _, EntityTrait as _, QueryFilter as _,
    UpdateMany,
};

use super::GrantState;
use crate::entities::oauth_grant::{Column, Entity};
use crate::row::{micros, sql};
use crate::store::sealed::Sealed as _;
use crate::{Store, StoreError, Tx};

/// The right to renew one pair, until the lease runs out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefreshClaim {
    id: String,
    generation: i64,
    epoch: i64,
}

/// A pair that replaces the one of a claim. Tokens are sealed.
#[derive(Debug, Clone)]
pub struct NewPair {
    /// The access token.
    pub access_token: String,
    /// The refresh token.
    pub refresh_token: String,
    /// The refresh token that gave this pair.
    pub previous_refresh_token: String,
    /// When the pair came.
    pub obtained_at: DateTime<Utc>,
    /// When the access token ends.
    pub expires_at: DateTime<Utc>,
    /// Set when the access token before it was rejected.
    pub rejected_at: Option<DateTime<Utc>>,
}

/// Claims a pair that is still the current one and that nobody else renews. The claim is committed
/// before this returns.
pub async fn claim(
    store: &Store,
    (id, generation): (&str, i64),
    owner: &str,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Option<RefreshClaim>, StoreError> {
    let text = "UPDATE oauth_grants
        SET lease_owner = $1, lease_until = $2, lease_epoch = lease_epoch + 1
        WHERE id = $3 AND generation = $4 AND state = 'connected'
            AND (lease_until IS NULL OR lease_until <= $5)
        RETURNING lease_epoch";
    let conn = store.writer();
    let values = [
        owner.into(),
        micros(until).into(),
        id.into(),
        generation.into(),
        micros(now).into(),
    ];
    let row = conn
        .query_one_raw(sql(conn.get_database_backend(), text, values))
        .await?;
    let epoch = row.map(|row| row.try_get_by_index(0)).transpose()?;
    Ok(epoch.map(|epoch| RefreshClaim {
        id: id.to_owned(),
        generation,
        epoch,
    }))
}

/// Stores what came of a claim. Returns `false` when the claim is lost; then the pair is not kept.
pub async fn store_pair(tx: &Tx, claim: &RefreshClaim, pair: &NewPair) -> Result<bool, StoreError> {
    let none = || Expr::value(None::<String>);
    let update = ended(claim)
        .col_expr(Column::AccessToken, Expr::value(pair.access_token.as_str()))
        .col_expr(
            Column::RefreshToken,
            Expr::value(pair.refresh_token.as_str()),
        )
        .col_expr(
            Column::PreviousRefreshToken,
            Expr::value(pair.previous_refresh_token.as_str()),
        )
        .col_expr(Column::Generation, Expr::cust("generation + 1"))
        .col_expr(Column::ObtainedAt, Expr::value(micros(pair.obtained_at)))
        .col_expr(Column::ExpiresAt, Expr::value(micros(pair.expires_at)))
        .col_expr(
            Column::RejectedAt,
            Expr::value(pair.rejected_at.map(micros)),
        )
        .col_expr(Column::Failures, Expr::value(0_i64))
        .col_expr(Column::NextTryAt, Expr::value(None::<DateTime<Utc>>))
        .col_expr(Column::Problem, none())
        .col_expr(Column::UpdatedAt, Expr::value(micros(pair.obtained_at)));
    Ok(update.exec(tx.inner()).await?.rows_affected == 1)
}

/// Ends a grant that the provider ended. Returns `false` when the claim is lost.
pub async fn mark_dead(
    tx: &Tx,
    claim: &RefreshClaim,
    problem: &str,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let update = ended(claim)
        .col_expr(Column::State, Expr::value(GrantState::Dead.as_str()))
        .col_expr(Column::Problem, Expr::value(problem))
        .col_expr(Column::UpdatedAt, Expr::value(micros(now)));
    Ok(update.exec(tx.inner()).await?.rows_affected == 1)
}

/// Gives a claim back after a failure, and says when to try again. Returns `false` when it is lost.
pub async fn mark_failed(
    store: &Store,
    claim: &RefreshClaim,
    problem: &str,
    next_try_at: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let update = ended(claim)
        .col_expr(Column::Failures, Expr::cust("failures + 1"))
        .col_expr(Column::NextTryAt, Expr::value(micros(next_try_at)))
        .col_expr(Column::Problem, Expr::value(problem));
    Ok(update.exec(store.writer()).await?.rows_affected == 1)
}

/// An update by the holder of a claim, which ends it.
fn ended(claim: &RefreshClaim) -> UpdateMany<Entity> {
    let holder = Condition::all()
        .add(Column::Id.eq(claim.id.as_str()))
        .add(Column::Generation.eq(claim.generation))
        .add(Column::LeaseEpoch.eq(claim.epoch));
    Entity::update_many()
        .col_expr(Column::LeaseOwner, Expr::value(None::<String>))
        .col_expr(Column::LeaseUntil, Expr::value(None::<DateTime<Utc>>))
        .filter(holder)
}
