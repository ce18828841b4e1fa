//! The place of a new message in the order of all.
//!
//! What was decided after another message was committed has a larger number, whichever instance
//! decided it. Nobody waits for a number: PostgreSQL gives it from a sequence, and on SQLite there is
//! one writer.

use sea_orm::ConnectionTrait as _;

use crate::row::sql;
use crate::store::sealed::Sealed as _;
use crate::{StoreError, Tx};

const FROM_SEQUENCE: &str = "nextval('outbox_seq')";
const FROM_ROWS: &str = "(SELECT COALESCE(MAX(seq), 0) + 1 FROM outbox)";

/// What a new message gets from the database.
pub(super) struct Turn {
    /// Its number.
    pub(super) seq: i64,
    /// Whether its destination has a row already.
    pub(super) destination_known: bool,
}

/// Takes the next turn.
pub(super) async fn next(tx: &Tx, destination: &str) -> Result<Turn, StoreError> {
    let number = if tx.locks_rows() {
        FROM_SEQUENCE
    } else {
        FROM_ROWS
    };
    let text = format!(
        "SELECT {number}, EXISTS (SELECT 1 FROM outbox_destinations WHERE destination = $1)"
    );
    let conn = tx.inner();
    let statement = sql(conn.get_database_backend(), &text, [destination.into()]);
    let row = conn
        .query_one_raw(statement)
        .await?
        .ok_or_else(|| StoreError::corrupt("the outbox gave no number"))?;
    Ok(Turn {
        seq: row.try_get_by_index(0)?,
        destination_known: row.try_get_by_index(1)?,
    })
}
