//! Tickets that are wanted: claiming those that are due, and putting one off.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _,
};
use uuid::Uuid;

use super::FindingLink;
use crate::entities::finding_link::{Column, Entity};
use crate::row::{SET_ASIDE, is_due, micros, moment, readable, sql};
use crate::store::sealed::Sealed as _;
use crate::{Store, StoreError};

/// Claims wanted tickets that are due until `lease_until`; after that they are due again. The claim
/// counts an attempt, by which it is recognised.
pub async fn claim_due(
    store: &Store,
    now: DateTime<Utc>,
    lease_until: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<FindingLink>, StoreError> {
    if !is_due(next_due(store).await?, now) {
        return Ok(Vec::new());
    }
    let skip = store.skip_locked();
    let text = format!(
        "UPDATE finding_links SET next_at = $1, attempts = attempts + 1
        WHERE id IN (SELECT id FROM finding_links WHERE state = 'wanted' AND next_at <= $2
            ORDER BY next_at LIMIT $3 {skip})
        RETURNING id"
    );
    let conn = store.writer();
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let values = [micros(lease_until).into(), micros(now).into(), limit.into()];
    let rows = conn
        .query_all_raw(sql(conn.get_database_backend(), &text, values))
        .await?;
    let mut ids: Vec<Uuid> = Vec::with_capacity(rows.len());
    for row in rows {
        ids.push(row.try_get_by_index(0)?);
    }
    let rows = Entity::find()
        .filter(Column::Id.is_in(ids))
        .order_by_asc(Column::CreatedAt)
        .all(conn)
        .await?;
    let (claimed, unreadable) = readable(rows, |row| row.id);
    if !unreadable.is_empty() {
        Entity::update_many()
            .col_expr(Column::NextAt, Expr::value(micros(now + SET_ASIDE)))
            .filter(Column::Id.is_in(unreadable))
            .exec(conn)
            .await?;
    }
    Ok(claimed)
}

/// Tries a claimed ticket again later, unless it is somebody else's or changed since.
pub async fn put_off(
    store: &Store,
    claimed: &FindingLink,
    until: DateTime<Utc>,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let changed = Entity::update_many()
        .col_expr(Column::NextAt, Expr::value(micros(until)))
        .col_expr(Column::Reason, Expr::value(reason))
        .col_expr(Column::UpdatedAt, Expr::value(micros(now)))
        .filter(Column::Id.eq(claimed.id))
        .filter(Column::State.eq(claimed.state.as_str()))
        .filter(Column::Attempts.eq(claimed.attempts))
        .exec(store.writer())
        .await?;
    Ok(changed.rows_affected == 1)
}

/// When the next wanted ticket is due.
pub async fn next_due(store: &Store) -> Result<Option<DateTime<Utc>>, StoreError> {
    let text = "SELECT MIN(next_at) FROM finding_links WHERE state = 'wanted'";
    moment(store.inner(), text).await
}
