//! Rows of destinations: made by whoever claims, never by whoever enqueues.
//!
//! A transaction that enqueues holds rows of its own, such as a session or the head of the audit. If
//! it also waited for a destination that another transaction makes or paces, the two could wait for
//! each other. So each row is made here, alone in its transaction.

use chrono::DateTime;
use maro_core::outbox::Message;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, IntoActiveModel as _,
    QueryFilter as _, QuerySelect as _,
};

use crate::entities::{outbox, outbox_destination};
use crate::row::{from_json, sql};
use crate::store::sealed::Sealed as _;
use crate::{Store, StoreError};

/// The pace where no message says one: that of a post, which is slow enough for anything.
const UNREADABLE_PACE_MS: i64 = 1_000;

/// Destinations that something waits for and that have no row. It jumps from one destination to the
/// next in the index, since thousands of messages may wait for a few.
const MISSING: &str = "WITH RECURSIVE waiting (destination) AS (
        SELECT MIN(destination) FROM outbox WHERE state IN ('pending', 'sending')
        UNION ALL
        SELECT (SELECT MIN(m.destination) FROM outbox m
            WHERE m.state IN ('pending', 'sending') AND m.destination > waiting.destination)
        FROM waiting WHERE waiting.destination IS NOT NULL
    )
    SELECT destination FROM waiting
    WHERE destination IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM outbox_destinations d WHERE d.destination = waiting.destination)";

/// Makes the rows that are missing.
pub(super) async fn complete(store: &Store) -> Result<(), StoreError> {
    let conn = store.inner();
    let missing = conn
        .query_all_raw(sql(conn.get_database_backend(), MISSING, []))
        .await?;
    for row in missing {
        make(store, row.try_get_by_index(0)?).await?;
    }
    Ok(())
}

async fn make(store: &Store, destination: String) -> Result<(), StoreError> {
    let Some(pace_ms) = pace_of(store, &destination).await? else {
        return Ok(());
    };
    let row = outbox_destination::Model {
        destination,
        pace_ms,
        // Free at once: a message for later must not hold up others.
        next_at: DateTime::UNIX_EPOCH,
        reason: None,
    };
    outbox_destination::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(store.writer())
        .await?;
    Ok(())
}

/// `None`: nothing waits for it any more.
async fn pace_of(store: &Store, destination: &str) -> Result<Option<i64>, StoreError> {
    let text: Option<String> = outbox::Entity::find()
        .select_only()
        .column(outbox::Column::Message)
        .filter(outbox::Column::Destination.eq(destination))
        .filter(Expr::cust("state IN ('pending', 'sending')"))
        .limit(1)
        .into_tuple()
        .one(store.inner())
        .await?;
    let pace = |text: String| {
        from_json::<Message>(&text, "message of the outbox").map_or(UNREADABLE_PACE_MS, |message| {
            message.pace().num_milliseconds()
        })
    };
    Ok(text.map(pace))
}
