//! Rows of destinations: made by whoever claims, never by whoever enqueues.
//!
//! A transaction that enqueues holds rows of its own, such as a session or the head of the audit. If
//! it also waited for a destination that another transaction makes or paces, the two could wait for
//! each other. So rows are made here, by a statement of their own and in one order for all.
//!
//! **Invariant:** a destination that has a row keeps it, so a message whose destination was known is
//! never looked at again.

use chrono::DateTime;
use maro_core::outbox::Message;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait as _, EntityTrait as _, FromQueryResult, IntoActiveModel as _};

use crate::entities::outbox_destination;
use crate::row::{from_json, sql};
use crate::store::sealed::Sealed as _;
use crate::{Store, StoreError};

/// The pace where no message says one: that of a post, which is slow enough for anything.
const UNREADABLE_PACE_MS: i64 = 1_000;

/// Destinations without a row, and one message for each; what is left over waits for the next look.
const MISSING: &str = "SELECT destination, MIN(message) AS message FROM outbox
    WHERE NOT destination_known AND state IN ('pending', 'sending')
    GROUP BY destination ORDER BY destination LIMIT 256";

#[derive(Debug, FromQueryResult)]
struct Missing {
    destination: String,
    message: String,
}

/// Makes the rows that are missing.
pub(super) async fn complete(store: &Store) -> Result<(), StoreError> {
    let statement = sql(store.inner().get_database_backend(), MISSING, []);
    let missing = Missing::find_by_statement(statement)
        .all(store.inner())
        .await?;
    let Some(last) = missing.last() else {
        return Ok(());
    };
    let last = last.destination.clone();
    let rows = missing
        .into_iter()
        .map(|missing| row_of(missing).into_active_model());
    outbox_destination::Entity::insert_many(rows)
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(store.writer())
        .await?;
    note(store, &last).await
}

fn row_of(missing: Missing) -> outbox_destination::Model {
    let message = from_json::<Message>(&missing.message, "message of the outbox");
    let pace_ms = message.map_or(UNREADABLE_PACE_MS, |message| {
        message.pace().num_milliseconds()
    });
    outbox_destination::Model {
        destination: missing.destination,
        pace_ms,
        // Free at once: a message for later must not hold up others.
        next_at: DateTime::UNIX_EPOCH,
        reason: None,
    }
}

/// Notes on messages that their destinations, up to this one, are known. What others hold is left for
/// the next look.
async fn note(store: &Store, last: &str) -> Result<(), StoreError> {
    let skip = store.skip_locked();
    let text = format!(
        "UPDATE outbox SET destination_known = TRUE WHERE id IN (SELECT id FROM outbox
             WHERE NOT destination_known AND state IN ('pending', 'sending')
             AND destination <= $1 AND EXISTS (SELECT 1 FROM outbox_destinations d
                 WHERE d.destination = outbox.destination) {skip})"
    );
    let conn = store.writer();
    conn.execute_raw(sql(conn.get_database_backend(), &text, [last.into()]))
        .await?;
    Ok(())
}
