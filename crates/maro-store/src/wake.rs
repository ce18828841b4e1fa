//! Wake-ups between instances, by PostgreSQL's `LISTEN` and `NOTIFY`.
//!
//! A wake-up is a hint: it may be lost or come twice. A poll behind it finds what it missed.

use std::time::Duration;

use sea_orm::ConnectionTrait as _;
use sea_orm::sqlx::postgres::PgListener;

use crate::row::sql;
use crate::store::sealed::Sealed as _;
use crate::{Store, StoreError, Tx};

/// What [`Wakes::next`] returns when anything may have changed, for example after the connection
/// was lost.
pub const EVERY_QUEUE: &str = "*";

const CHANNEL: &str = "maro_wake";
const RETRY: Duration = Duration::from_secs(1);

/// Wake-ups from other instances, and from this one.
#[derive(Debug)]
pub struct Wakes {
    listener: PgListener,
}

impl Wakes {
    /// Waits for the next queue name. Reconnects by itself and never ends.
    pub async fn next(&mut self) -> String {
        loop {
            match self.listener.try_recv().await {
                Ok(Some(notification)) => return notification.payload().to_owned(),
                // The connection was lost; the listener opens another one with the next call.
                Ok(None) => return EVERY_QUEUE.to_owned(),
                Err(error) => {
                    tracing::warn!(error = %error, "cannot listen for wake-ups, trying again");
                    tokio::time::sleep(RETRY).await;
                }
            }
        }
    }
}

/// Wakes the instances that work on a queue, when the transaction commits. Does nothing on SQLite,
/// which has one instance.
pub async fn notify(tx: &Tx, queue: &str) -> Result<(), StoreError> {
    if tx.locks_rows() {
        let text = "SELECT pg_notify($1, $2)";
        let backend = tx.inner().get_database_backend();
        tx.inner()
            .execute_raw(sql(backend, text, [CHANNEL.into(), queue.into()]))
            .await?;
    }
    Ok(())
}

/// Begins to listen, on a connection of its own. `None` on SQLite.
pub async fn listen(store: &Store) -> Result<Option<Wakes>, StoreError> {
    let Some(options) = store.postgres_options() else {
        return Ok(None);
    };
    let pool = crate::store::own_pool(options, 1);
    let mut listener = PgListener::connect_with(&pool).await?;
    listener.ignore_pool_close_event(true);
    listener.listen(CHANNEL).await?;
    Ok(Some(Wakes { listener }))
}
