//! Idempotency keys: a request that is sent again finds the answer of the first.
//!
//! A key belongs to its caller, and is kept in the transaction of what the request did. Two requests
//! with one key at once: the second waits for the first transaction and then finds its row.

use chrono::{DateTime, Utc};
use maro_core::actor::Actor;
use sea_orm::ConnectionTrait as _;

use crate::row::{micros, sql};
use crate::store::sealed::Sealed as _;
use crate::{Store, StoreError, Tx};

/// What one request is recognised by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestKey {
    /// Who sent it.
    pub caller: Actor,
    /// The key that the caller chose.
    pub key: String,
    /// The hash of what was asked.
    pub request: String,
}

/// Whether a key was used before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Used {
    /// It was not; the row is there now, without an answer.
    New,
    /// The same request had this answer.
    Before(String),
    /// Another request has it.
    ByAnother,
}

/// Takes a key. Follow it with [`answer`] in the same transaction.
pub async fn take(tx: &Tx, key: &RequestKey, now: DateTime<Utc>) -> Result<Used, StoreError> {
    let conn = tx.inner();
    let backend = conn.get_database_backend();
    let text = "INSERT INTO idempotency_keys (caller, key, request, answer, created_at)
        VALUES ($1, $2, $3, '', $4) ON CONFLICT (caller, key) DO NOTHING";
    let values = [
        key.caller.to_string().into(),
        key.key.as_str().into(),
        key.request.as_str().into(),
        micros(now).into(),
    ];
    if conn
        .execute_raw(sql(backend, text, values))
        .await?
        .rows_affected()
        == 1
    {
        return Ok(Used::New);
    }
    let text = "SELECT request, answer FROM idempotency_keys WHERE caller = $1 AND key = $2";
    let values = [key.caller.to_string().into(), key.key.as_str().into()];
    let row = conn.query_one_raw(sql(backend, text, values)).await?;
    let row =
        row.ok_or_else(|| StoreError::corrupt("an idempotency key went while it was read"))?;
    let (request, answer): (String, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
    if request == key.request {
        Ok(Used::Before(answer))
    } else {
        Ok(Used::ByAnother)
    }
}

/// Keeps the answer to a request whose key was taken in this transaction.
pub async fn answer(tx: &Tx, key: &RequestKey, answer: &str) -> Result<(), StoreError> {
    let conn = tx.inner();
    let text = "UPDATE idempotency_keys SET answer = $3 WHERE caller = $1 AND key = $2";
    let values = [
        key.caller.to_string().into(),
        key.key.as_str().into(),
        answer.into(),
    ];
    let statement = sql(conn.get_database_backend(), text, values);
    conn.execute_raw(statement).await?;
    Ok(())
}

/// Forgets keys that are older than `before`. Returns how many went.
pub async fn delete_before(store: &Store, before: DateTime<Utc>) -> Result<u64, StoreError> {
    let conn = store.writer();
    let text = "DELETE FROM idempotency_keys WHERE created_at < $1";
    let statement = sql(conn.get_database_backend(), text, [micros(before).into()]);
    Ok(conn.execute_raw(statement).await?.rows_affected())
}
