//! Pairs of tokens that are renewed: one claim at a time over all instances, and compare-and-set for
//! what came of it.
//!
//! The claim is a row with a lease instead of a lock that is held during the call: on SQLite that
//! would stop every other writer for as long as the provider takes to answer. A table of pairs has
//! the columns `generation`, `state`, `lease_owner`, `lease_until`, `lease_epoch`, `failures`,
//! `next_try_at` and `problem`; what else a new pair has is the table's own.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{Condition, ConnectionTrait as _, EntityTrait, QueryFilter as _, UpdateMany};

use crate::row::{micros, sql};
use crate::{Store, StoreError};

/// A table of pairs.
pub(crate) trait TokenPairs: EntityTrait {
    /// Its name.
    const TABLE: &'static str;
    /// The column that names a pair.
    const ID: &'static str;
    /// The state in which a pair may be renewed.
    const LIVE: &'static str;
}

/// The right to renew one pair, until the lease runs out. A new consent starts the epochs anew, so
/// the claim names the generation too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PairClaim {
    id: String,
    generation: i64,
    epoch: i64,
}

/// Claims a pair that is still the current one and that nobody else renews. The claim is committed
/// before this returns.
pub(crate) async fn claim<T: TokenPairs>(
    store: &Store,
    (id, generation): (&str, i64),
    owner: &str,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Option<PairClaim>, StoreError> {
    let (table, id_column, live) = (T::TABLE, T::ID, T::LIVE);
    let text = format!(
        "UPDATE {table} SET lease_owner = $1, lease_until = $2, lease_epoch = lease_epoch + 1
        WHERE {id_column} = $3 AND generation = $4 AND state = '{live}'
            AND (lease_until IS NULL OR lease_until <= $5)
        RETURNING lease_epoch"
    );
    let conn = store.writer();
    let values = [
        owner.into(),
        micros(until).into(),
        id.into(),
        generation.into(),
        micros(now).into(),
    ];
    let row = conn
        .query_one_raw(sql(conn.get_database_backend(), &text, values))
        .await?;
    let epoch = row.map(|row| row.try_get_by_index(0)).transpose()?;
    Ok(epoch.map(|epoch| PairClaim {
        id: id.to_owned(),
        generation,
        epoch,
    }))
}

/// An update by the holder of a claim, which ends the claim.
pub(crate) fn ended<T: TokenPairs>(claim: &PairClaim) -> UpdateMany<T> {
    let holder = Condition::all()
        .add(Expr::col(T::ID).eq(claim.id.as_str()))
        .add(Expr::col("generation").eq(claim.generation))
        .add(Expr::col("lease_epoch").eq(claim.epoch));
    T::update_many()
        .col_expr("lease_owner", Expr::value(None::<String>))
        .col_expr("lease_until", Expr::value(None::<DateTime<Utc>>))
        .filter(holder)
}

/// An update by the holder of a claim who got a new pair, which ends the claim.
pub(crate) fn renewed<T: TokenPairs>(claim: &PairClaim) -> UpdateMany<T> {
    ended::<T>(claim)
        .col_expr("generation", Expr::cust("generation + 1"))
        .col_expr("failures", Expr::value(0_i64))
        .col_expr("next_try_at", Expr::value(None::<DateTime<Utc>>))
        .col_expr("problem", Expr::value(None::<String>))
}

/// Gives a claim back after a failure, and says when to try again. Returns `false` when it is lost.
pub(crate) async fn mark_failed<T: TokenPairs>(
    store: &Store,
    claim: &PairClaim,
    problem: &str,
    next_try_at: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let update = ended::<T>(claim)
        .col_expr("failures", Expr::cust("failures + 1"))
        .col_expr("next_try_at", Expr::value(micros(next_try_at)))
        .col_expr("problem", Expr::value(problem));
    Ok(update.exec(store.writer()).await?.rows_affected == 1)
}
