//! Opening PostgreSQL, and refusing a server that could not keep what Maro promises.

use std::sync::Arc;
use std::time::Duration;

use sea_orm::SqlxPostgresConnector;
use sea_orm::sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sea_orm::sqlx::{Connection as _, query_scalar};

use super::{Place, Store, StoreOptions};
use crate::StoreError;

/// `SHOW server_version_num` of the oldest server that is accepted.
const OLDEST: i32 = 150_000;

pub(super) async fn open(options: &StoreOptions) -> Result<Store, StoreError> {
    let connect: PgConnectOptions = options.url.parse().map_err(|_| StoreError::Url)?;
    let connect = super::logged_on_demand(connect.application_name("maro"));
    let pool = pool(options.max_connections.max(2))
        .connect_with(connect.clone())
        .await?;
    check_version(&pool).await?;
    check_durability(&pool).await?;

    let connection = SqlxPostgresConnector::from_sqlx_postgres_pool(pool);
    Ok(Store {
        reader: connection.clone(),
        writer: connection,
        place: Arc::new(Place::Postgres(Box::new(connect))),
    })
}

/// A connection that has rested is asked for a sign of life before it is used.
fn pool(connections: u32) -> PgPoolOptions {
    PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(10))
        .test_before_acquire(false)
        .before_acquire(|connection, meta| {
            Box::pin(async move {
                if meta.idle_for > Duration::from_secs(5) {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
}

/// A pool of its own for work that must not wait for others. Connects when it is first used.
pub(crate) fn own_pool(options: &PgConnectOptions, connections: u32) -> PgPool {
    pool(connections).connect_lazy_with(options.clone())
}

async fn check_version(pool: &PgPool) -> Result<(), StoreError> {
    let number: String = query_scalar("SHOW server_version_num")
        .fetch_one(pool)
        .await?;
    if number.parse::<i32>().is_ok_and(|number| number >= OLDEST) {
        return Ok(());
    }
    let found: String = query_scalar("SHOW server_version").fetch_one(pool).await?;
    Err(StoreError::Version { found })
}

async fn check_durability(pool: &PgPool) -> Result<(), StoreError> {
    let found: String = query_scalar("SHOW synchronous_commit")
        .fetch_one(pool)
        .await?;
    if found == "off" {
        Err(StoreError::NotDurable { found })
    } else {
        Ok(())
    }
}
