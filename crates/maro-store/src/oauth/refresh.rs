//! Renewing a grant's pair of tokens: `crate::token_pair` on the table of grants.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::Expr;

use super::GrantState;
use crate::entities::oauth_grant::{Column, Entity};
use crate::row::micros;
use crate::store::sealed::Sealed as _;
use crate::token_pair::{self, PairClaim, TokenPairs};
use crate::{Store, StoreError, Tx};

impl TokenPairs for Entity {
    const TABLE: &'static str = "oauth_grants";
    const ID: &'static str = "id";
    const LIVE: &'static str = "connected";
}

/// The right to renew one pair, until the lease runs out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefreshClaim(PairClaim);

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
    let claim = token_pair::claim::<Entity>(store, (id, generation), owner, now, until).await?;
    Ok(claim.map(RefreshClaim))
}

/// Stores what came of a claim. Returns `false` when the claim is lost; then the pair is not kept.
pub async fn store_pair(tx: &Tx, claim: &RefreshClaim, pair: &NewPair) -> Result<bool, StoreError> {
    let update = token_pair::renewed::<Entity>(&claim.0)
        .col_expr(Column::AccessToken, Expr::value(pair.access_token.as_str()))
        .col_expr(
            Column::RefreshToken,
            Expr::value(pair.refresh_token.as_str()),
        )
        .col_expr(
            Column::PreviousRefreshToken,
            Expr::value(pair.previous_refresh_token.as_str()),
        )
        .col_expr(Column::ObtainedAt, Expr::value(micros(pair.obtained_at)))
        .col_expr(Column::ExpiresAt, Expr::value(micros(pair.expires_at)))
        .col_expr(
            Column::RejectedAt,
            Expr::value(pair.rejected_at.map(micros)),
        )
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
    let update = token_pair::ended::<Entity>(&claim.0)
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
    token_pair::mark_failed::<Entity>(store, &claim.0, problem, next_try_at).await
}
