//! Looking at the outbox: pages, counts, when something is due, and cleaning up.

use chrono::{DateTime, Utc};
use maro_core::ids::OutboxId;
use maro_core::outbox::{OutboxMessage, OutboxState};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QueryTrait as _,
};

use crate::entities::outbox::{Column, Entity};
use crate::page::newest_first;
use crate::row::{counts, micros, moment, sql};
use crate::store::sealed::Sealed as _;
use crate::{Page, PageRequest, Reader, Store, StoreError};

/// Which messages are wanted; everything by default.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OutboxFilter {
    /// Only in this state.
    pub state: Option<OutboxState>,
}

/// Finds a message.
pub async fn find(conn: &impl Reader, id: OutboxId) -> Result<Option<OutboxMessage>, StoreError> {
    let row = Entity::find_by_id(id.0).one(conn.inner()).await?;
    row.map(OutboxMessage::try_from).transpose()
}

/// The newest message of a subject.
pub async fn last_of(
    conn: &impl Reader,
    subject: &str,
) -> Result<Option<OutboxMessage>, StoreError> {
    let row = Entity::find()
        .filter(Column::Subject.eq(subject))
        .order_by_desc(Column::Seq)
        .one(conn.inner())
        .await?;
    row.map(OutboxMessage::try_from).transpose()
}

/// A page of messages, newest first.
pub async fn page(
    store: &Store,
    filter: &OutboxFilter,
    page: &PageRequest,
) -> Result<Page<OutboxMessage>, StoreError> {
    let wanted = Entity::find().apply_if(filter.state, |q, state| {
        q.filter(Column::State.eq(state.as_str()))
    });
    newest_first(store, wanted, Column::Id, page).await
}

/// How many messages are in each state; states without any are left out.
pub async fn count_by_state(store: &Store) -> Result<Vec<(OutboxState, i64)>, StoreError> {
    let text = "SELECT state, COUNT(*) FROM outbox GROUP BY state";
    counts(store.inner(), text, OutboxState::parse).await
}

/// How many messages decided after `since` are dead, and to how many destinations.
pub async fn count_dead_since(
    store: &Store,
    since: DateTime<Utc>,
) -> Result<(i64, i64), StoreError> {
    let text = "SELECT COUNT(*), COUNT(DISTINCT destination) FROM outbox
        WHERE state = 'dead' AND created_at > $1";
    let conn = store.inner();
    let row = conn
        .query_one_raw(sql(
            conn.get_database_backend(),
            text,
            [micros(since).into()],
        ))
        .await?;
    Ok(match row {
        Some(row) => (row.try_get_by_index(0)?, row.try_get_by_index(1)?),
        None => (0, 0),
    })
}

/// When the next message can be claimed.
pub async fn next_due(store: &Store) -> Result<Option<DateTime<Utc>>, StoreError> {
    let text = "SELECT MIN(CASE WHEN d.next_at > m.next_at THEN d.next_at ELSE m.next_at END)
        FROM outbox m LEFT JOIN outbox_destinations d ON d.destination = m.destination
        WHERE m.state IN ('pending', 'sending')
        AND NOT EXISTS (SELECT 1 FROM outbox older
            WHERE older.subject = m.subject AND older.seq < m.seq
            AND older.state IN ('pending', 'sending'))";
    moment(store.inner(), text).await
}

/// Deletes up to `limit` old messages that were delivered or collapsed. Dead letters stay, and so does
/// what outdates one, or a replay would bring an old preview back.
pub async fn delete_settled_before(
    store: &Store,
    before: DateTime<Utc>,
    limit: u64,
) -> Result<u64, StoreError> {
    let text = "DELETE FROM outbox WHERE id IN (
        SELECT id FROM outbox
        WHERE state IN ('delivered', 'collapsed') AND created_at < $1
        AND NOT EXISTS (SELECT 1 FROM outbox older
            WHERE older.collapse_key = outbox.collapse_key AND older.seq < outbox.seq
            AND older.state = 'dead')
        ORDER BY seq LIMIT $2)";
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let conn = store.writer();
    let values = [micros(before).into(), limit.into()];
    Ok(conn
        .execute_raw(sql(conn.get_database_backend(), text, values))
        .await?
        .rows_affected())
}
