//! A batch on SQLite: one immediate transaction with as few statements as possible.
//!
//! Rows go in by powers of two, so that nine prepared statements serve every size of batch.

use std::sync::LazyLock;

use sea_orm::sqlx::{self, Sqlite, Transaction};

use super::NewDelivery;
use super::writer::Written;
use crate::row::{micros, to_json};
use crate::{Store, StoreError};

/// 1, 2, 4 … 256 rows.
const SIZES: usize = 9;

static INSERTS: LazyLock<Vec<String>> =
    LazyLock::new(|| (0..SIZES).map(|power| insert_of(1 << power)).collect());

const SETTLE: &str = "UPDATE inbox SET state = 'done', payload = ''
    FROM json_each($1) AS finished
    WHERE inbox.id = finished.value ->> 0 AND inbox.lease_epoch = finished.value ->> 1
    AND inbox.state = 'open'
    RETURNING id";

fn insert_of(rows: usize) -> String {
    let row = "(?, ?, ?, 1, ?, 1, ?, ?, ?)";
    format!(
        "INSERT INTO inbox
            (id, kind, state, attempts, owner, lease_epoch, next_at, received_at, payload)
         VALUES {} ON CONFLICT (id) DO NOTHING RETURNING id",
        vec![row; rows].join(", ")
    )
}

pub(super) struct SqliteSink {
    store: Store,
}

impl SqliteSink {
    pub(super) fn new(store: Store) -> Self {
        Self { store }
    }

    pub(super) async fn write(
        &self,
        new: &[&NewDelivery],
        done: &[(&str, i64)],
    ) -> Result<Written, StoreError> {
        let pool = self.store.writer().get_sqlite_connection_pool();
        let mut tx = pool.begin_with("BEGIN IMMEDIATE").await?;
        let mut written = Written::default();
        for chunk in chunks(new) {
            written.new.extend(insert(&mut tx, chunk).await?);
        }
        if !done.is_empty() {
            let settled: Vec<(String,)> = sqlx::query_as(SETTLE)
                .bind(to_json(&done))
                .fetch_all(&mut *tx)
                .await?;
            written.settled.extend(settled.into_iter().map(|(id,)| id));
        }
        tx.commit().await?;
        Ok(written)
    }
}

/// Cuts a batch into pieces whose lengths are powers of two, largest first.
fn chunks<'a, 'b>(mut rest: &'a [&'b NewDelivery]) -> impl Iterator<Item = &'a [&'b NewDelivery]> {
    std::iter::from_fn(move || {
        let power = rest.len().checked_ilog2()?.min(8);
        let (chunk, after) = rest.split_at(1 << power);
        rest = after;
        Some(chunk)
    })
}

async fn insert(
    tx: &mut Transaction<'static, Sqlite>,
    chunk: &[&NewDelivery],
) -> Result<Vec<String>, sqlx::Error> {
    let power = chunk.len().ilog2() as usize;
    let mut query = sqlx::query_scalar(INSERTS[power].as_str());
    for new in chunk {
        query = query
            .bind(new.id.as_str())
            .bind(new.kind.as_str())
            .bind(new.state())
            .bind(new.owner.as_str())
            .bind(micros(new.lease_until))
            .bind(micros(new.received_at))
            .bind(new.stored_payload());
    }
    query.fetch_all(&mut **tx).await
}
