//! Rotating an installation's pair of tokens: [`crate::token_pair`] on the table of installations.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, Condition, EntityTrait as _, QueryFilter as _};

use super::{Installation, InstallationState};
use crate::entities::slack_installation::{Column, Entity};
use crate::row::{micros, readable};
use crate::store::sealed::Sealed as _;
use crate::token_pair::{self, PairClaim, TokenPairs};
use crate::{Store, StoreError, Tx};

impl TokenPairs for Entity {
    const TABLE: &'static str = "slack_installations";
    const ID: &'static str = "team_id";
    const LIVE: &'static str = "active";
}

/// The right to rotate one pair, until the lease runs out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RotationClaim(PairClaim);

/// A pair that replaces the one of a claim. Tokens are sealed.
#[derive(Debug, Clone)]
pub struct RotatedPair {
    /// The bot's token.
    pub access_token: String,
    /// What the next pair is asked for with.
    pub refresh_token: Option<String>,
    /// When the token ends.
    pub expires_at: Option<DateTime<Utc>>,
}

/// Installations whose token ends before `ends_before` and that may be tried now.
pub async fn due(
    store: &Store,
    ends_before: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Vec<Installation>, StoreError> {
    let may_be_tried = Condition::any()
        .add(Column::NextTryAt.is_null())
        .add(Column::NextTryAt.lte(micros(now)));
    let rows = Entity::find()
        .filter(Column::State.eq(InstallationState::Active.as_str()))
        .filter(Column::ExpiresAt.lte(micros(ends_before)))
        .filter(may_be_tried)
        .all(store.inner())
        .await?;
    Ok(readable(rows, |row| row.team_id.clone()).0)
}

/// Claims a pair that is still the current one and that nobody else rotates. The claim is committed
/// before this returns.
pub async fn claim(
    store: &Store,
    (team, generation): (&str, i64),
    owner: &str,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Option<RotationClaim>, StoreError> {
    let claim = token_pair::claim::<Entity>(store, (team, generation), owner, now, until).await?;
    Ok(claim.map(RotationClaim))
}

/// Stores what came of a claim. Returns `false` when the claim is lost; then the pair is not kept.
pub async fn store_pair(
    tx: &Tx,
    claim: &RotationClaim,
    pair: &RotatedPair,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let update = token_pair::renewed::<Entity>(&claim.0)
        .col_expr(Column::AccessToken, Expr::value(pair.access_token.clone()))
        .col_expr(
            Column::RefreshToken,
            Expr::value(pair.refresh_token.clone()),
        )
        .col_expr(Column::ExpiresAt, Expr::value(pair.expires_at.map(micros)))
        .col_expr(Column::UpdatedAt, Expr::value(micros(now)));
    Ok(update.exec(tx.inner()).await?.rows_affected == 1)
}

/// Gives a claim back after a failure, and says when to try again. Returns `false` when it is lost.
pub async fn mark_failed(
    store: &Store,
    claim: &RotationClaim,
    problem: &str,
    next_try_at: DateTime<Utc>,
) -> Result<bool, StoreError> {
    token_pair::mark_failed::<Entity>(store, &claim.0, problem, next_try_at).await
}
