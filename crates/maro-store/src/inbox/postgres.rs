//! A batch on PostgreSQL: one statement, which is its own transaction, over arrays.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use sea_orm::sqlx::postgres::{PgConnectOptions, PgConnection};
use sea_orm::sqlx::{self, Connection as _};

use super::NewDelivery;
use super::writer::Written;
use crate::StoreError;
use crate::row::micros;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

const WRITE: &str = "WITH settled AS (
        UPDATE inbox SET state = 'done', payload = ''
        FROM unnest($1::text[], $2::bigint[]) AS finished (id, epoch)
        WHERE inbox.id = finished.id AND inbox.lease_epoch = finished.epoch
        AND inbox.state = 'open'
        RETURNING inbox.id
    ), stored AS (
        INSERT INTO inbox
            (id, kind, state, attempts, owner, lease_epoch, next_at, received_at, payload)
        SELECT id, kind, state, 1, owner, 1, next_at, received_at, payload
        FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[],
            $8::timestamptz[], $9::text[])
            AS new (id, kind, state, owner, next_at, received_at, payload)
        ON CONFLICT (id) DO NOTHING
        RETURNING id
    )
    SELECT TRUE, id FROM stored UNION ALL SELECT FALSE, id FROM settled";

/// The same when nothing is to be settled, as for deliveries that are answered at once.
const STORE: &str = "INSERT INTO inbox
        (id, kind, state, attempts, owner, lease_epoch, next_at, received_at, payload)
    SELECT id, kind, state, 1, owner, 1, next_at, received_at, payload
    FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[],
        $6::timestamptz[], $7::text[])
        AS new (id, kind, state, owner, next_at, received_at, payload)
    ON CONFLICT (id) DO NOTHING
    RETURNING TRUE, id";

/// Connections of the inbox's own, so that a delivery never waits behind a slow page.
pub(super) struct PostgresSink {
    options: PgConnectOptions,
    idle: Mutex<Vec<PgConnection>>,
}

impl PostgresSink {
    pub(super) fn new(options: PgConnectOptions) -> Self {
        Self {
            options,
            idle: Mutex::default(),
        }
    }

    pub(super) async fn write(
        &self,
        new: &[&NewDelivery],
        done: &[(&str, i64)],
    ) -> Result<Written, StoreError> {
        match self.try_write(new, done).await {
            // The connection had gone stale, or two batches stood in each other's way. Whatever
            // the first try did, the second finds it.
            Err(error) if is_passing(&error) => Ok(self.try_write(new, done).await?),
            outcome => Ok(outcome?),
        }
    }

    async fn try_write(
        &self,
        new: &[&NewDelivery],
        done: &[(&str, i64)],
    ) -> Result<Written, sqlx::Error> {
        let mut connection = self.connection().await?;
        let written = write(&mut connection, new, done).await?;
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(connection);
        Ok(written)
    }

    async fn connection(&self) -> Result<PgConnection, sqlx::Error> {
        let idle = self
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        if let Some(connection) = idle {
            return Ok(connection);
        }
        let connecting = PgConnection::connect_with(&self.options);
        tokio::time::timeout(CONNECT_TIMEOUT, connecting)
            .await
            .map_err(|_| sqlx::Error::PoolTimedOut)?
    }
}

fn is_passing(error: &sqlx::Error) -> bool {
    const DEADLOCK: &str = "40P01";
    const SHUTDOWN: &str = "57P01";
    match error {
        sqlx::Error::Io(_) | sqlx::Error::Protocol(_) => true,
        sqlx::Error::Database(error) => error
            .code()
            .is_some_and(|code| [DEADLOCK, SHUTDOWN].contains(&code.as_ref())),
        _ => false,
    }
}

async fn write(
    connection: &mut PgConnection,
    new: &[&NewDelivery],
    done: &[(&str, i64)],
) -> Result<Written, sqlx::Error> {
    macro_rules! column {
        (|$delivery:ident| $value:expr) => {
            new.iter().map(|$delivery| $value).collect::<Vec<_>>()
        };
    }
    let query = if done.is_empty() {
        sqlx::query_as(STORE)
    } else {
        sqlx::query_as(WRITE)
            .bind(done.iter().map(|(id, _)| *id).collect::<Vec<_>>())
            .bind(done.iter().map(|(_, epoch)| *epoch).collect::<Vec<_>>())
    };
    let rows: Vec<(bool, String)> = query
        .bind(column!(|new| new.id.as_str()))
        .bind(column!(|new| new.kind.as_str()))
        .bind(column!(|new| new.state()))
        .bind(column!(|new| new.owner.as_str()))
        .bind(column!(|new| micros(new.lease_until)))
        .bind(column!(|new| micros(new.received_at)))
        .bind(column!(|new| new.stored_payload()))
        .fetch_all(connection)
        .await?;

    let mut written = Written::default();
    for (is_new, id) in rows {
        let ids = if is_new {
            &mut written.new
        } else {
            &mut written.settled
        };
        ids.insert(id);
    }
    Ok(written)
}
