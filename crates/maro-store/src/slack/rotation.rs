//! Rotating a pair of tokens: one claim at a time, and compare-and-set for what came of it.
//!
//! The claim is a lease and no lock that is held during the call: on SQLite that would stop every
//! other writer for as long as Slack takes to answer. `install` starts the epochs anew, so a claim
//! names the generation too.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait as _, EntityTrait as _, QueryFilter as _,
    UpdateMany,
};

use super::{Installation, InstallationState};
use crate::entities::slack_installation::{Column, Entity};
use crate::row::{micros, readable, sql};
use crate::store::sealed::Sealed as _;
use crate::{Store, StoreError, Tx};

/// The right to rotate one pair, until the lease runs out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RotationClaim {
    team: String,
    generation: i64,
    epoch: i64,
}

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
    let text = "UPDATE slack_installations
        SET lease_owner = $1, lease_until = $2, lease_epoch = lease_epoch + 1
        WHERE team_id = $3 AND generation = $4 AND state = 'active'
            AND (lease_until IS NULL OR lease_until <= $5)
        RETURNING lease_epoch";
    let conn = store.writer();
    let values = [
        owner.into(),
        micros(until).into(),
        team.into(),
        generation.into(),
        micros(now).into(),
    ];
    let row = conn
        .query_one_raw(sql(conn.get_database_backend(), text, values))
        .await?;
    let epoch = row.map(|row| row.try_get_by_index(0)).transpose()?;
    Ok(epoch.map(|epoch| RotationClaim {
        team: team.to_owned(),
        generation,
        epoch,
    }))
}

/// Stores what came of a claim. Returns `false` when the claim is lost; then the pair is not kept.
pub async fn store_pair(
    tx: &Tx,
    claim: &RotationClaim,
    pair: &RotatedPair,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let update = ended(claim)
        .col_expr(Column::AccessToken, Expr::value(pair.access_token.clone()))
        .col_expr(
            Column::RefreshToken,
            Expr::value(pair.refresh_token.clone()),
        )
        .col_expr(Column::ExpiresAt, Expr::value(pair.expires_at.map(micros)))
        .col_expr(Column::Generation, Expr::cust("generation + 1"))
        .col_expr(Column::Failures, Expr::value(0_i64))
        .col_expr(Column::NextTryAt, Expr::value(None::<DateTime<Utc>>))
        .col_expr(Column::Problem, Expr::value(None::<String>))
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
    let update = ended(claim)
        .col_expr(Column::Failures, Expr::cust("failures + 1"))
        .col_expr(Column::NextTryAt, Expr::value(micros(next_try_at)))
        .col_expr(Column::Problem, Expr::value(problem));
    Ok(update.exec(store.writer()).await?.rows_affected == 1)
}

/// An update by the holder of a claim, which ends it.
fn ended(claim: &RotationClaim) -> UpdateMany<Entity> {
    let holder = Condition::all()
        .add(Column::TeamId.eq(claim.team.as_str()))
        .add(Column::Generation.eq(claim.generation))
        .add(Column::LeaseEpoch.eq(claim.epoch));
    Entity::update_many()
        .col_expr(Column::LeaseOwner, Expr::value(None::<String>))
        .col_expr(Column::LeaseUntil, Expr::value(None::<DateTime<Utc>>))
        .filter(holder)
}
