//! The database behind everything: a pool to read from, and write transactions.
//!
//! SQLite has one writer connection and a few readers; PostgreSQL has one pool for both.
//! This module knows nothing of tables.

mod migrate;
mod postgres;
mod snapshot;
mod sqlite;

use std::fmt;
use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

use sea_orm::sqlx::ConnectOptions;
use sea_orm::sqlx::postgres::PgConnectOptions;
use sea_orm::{
    ConnectionTrait as _, DatabaseConnection, DatabaseTransaction, DbBackend,
    SqliteTransactionMode, TransactionOptions, TransactionTrait as _,
};

use crate::StoreError;

pub use migrate::MigrationState;
pub(crate) use postgres::own_pool;
pub use snapshot::Snapshot;

/// How to open a store.
#[derive(Clone)]
pub struct StoreOptions {
    /// `sqlite://path/to/maro.db` or `postgres://user@host/name`.
    pub url: String,
    /// Whether to refuse when another process holds the SQLite file. The server does; commands
    /// that run beside it do not.
    pub instance_lock: bool,
    /// Whether to bring the tables up to date.
    pub migrate: bool,
    /// Connections to PostgreSQL.
    pub max_connections: u32,
}

/// A handle to the database; cheap to clone.
#[derive(Clone)]
pub struct Store {
    reader: DatabaseConnection,
    writer: DatabaseConnection,
    place: Arc<Place>,
}

/// Where the database is, and what this process holds of it.
enum Place {
    Sqlite {
        path: PathBuf,
        /// Held until the last handle is gone.
        _instance: Option<File>,
    },
    Postgres(Box<PgConnectOptions>),
}

/// Statements are logged, without their values, when somebody asks for `sqlx::query` at the level
/// debug. Otherwise their texts are not even put together.
fn logged_on_demand<O: ConnectOptions>(options: O) -> O {
    if tracing::enabled!(target: "sqlx::query", tracing::Level::DEBUG) {
        options
    } else {
        options.disable_statement_logging()
    }
}

/// Leaves out the connection options: they hold a password.
impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Store").field(&self.backend_name()).finish()
    }
}

/// A write transaction. Dropped without [`Tx::commit`], it leaves nothing behind.
#[derive(Debug)]
pub struct Tx {
    inner: DatabaseTransaction,
}

impl Store {
    /// Opens the database and checks that it can keep what Maro promises.
    pub async fn open(options: StoreOptions) -> Result<Self, StoreError> {
        let store = if options.url.starts_with("sqlite:") {
            sqlite::open(&options).await?
        } else if options.url.starts_with("postgres") {
            postgres::open(&options).await?
        } else {
            return Err(StoreError::Url);
        };
        if options.migrate {
            store.migrate().await?;
        }
        Ok(store)
    }

    /// `SQLite` or `PostgreSQL`.
    #[must_use]
    pub fn backend_name(&self) -> &'static str {
        match *self.place {
            Place::Sqlite { .. } => "SQLite",
            Place::Postgres(_) => "PostgreSQL",
        }
    }

    /// Begins a write transaction. On SQLite it takes the write lock at once, since a transaction
    /// that begins with a read could fail when it comes to write.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..Default::default()
        };
        let inner = self.writer.begin_with_options(options).await?;
        Ok(Tx { inner })
    }

    /// Asks the database for a sign of life.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.reader.execute_unprepared("SELECT 1").await?;
        Ok(())
    }

    /// Closes every connection; what waits for one fails.
    pub async fn close(&self) {
        for connection in [&self.reader, &self.writer] {
            if let Err(error) = connection.close_by_ref().await {
                tracing::debug!(error = %error, "closing the database");
            }
        }
    }

    pub(crate) fn writer(&self) -> &DatabaseConnection {
        &self.writer
    }

    /// What a claim by one statement says, so that it passes over what another claims at the moment.
    pub(crate) fn skip_locked(&self) -> &'static str {
        match &*self.place {
            Place::Postgres(_) => "FOR UPDATE SKIP LOCKED",
            Place::Sqlite { .. } => "",
        }
    }

    pub(crate) fn postgres_options(&self) -> Option<&PgConnectOptions> {
        match &*self.place {
            Place::Postgres(options) => Some(options),
            Place::Sqlite { .. } => None,
        }
    }
}

impl Tx {
    /// Keeps everything that was written. When this returns, it is durable.
    pub async fn commit(self) -> Result<(), StoreError> {
        Ok(self.inner.commit().await?)
    }

    /// Leaves nothing behind, and waits until that is so.
    pub async fn rollback(self) -> Result<(), StoreError> {
        Ok(self.inner.rollback().await?)
    }
}

/// What can be read from: a [`Store`], a [`Snapshot`] of it, or a [`Tx`] that sees its own writes.
pub trait Reader: sealed::Sealed + Sync {}

pub(crate) mod sealed {
    use sea_orm::QuerySelect;
    use sea_orm::sea_query::{LockBehavior, LockType};

    /// Keeps the choice of libraries out of the public interface.
    pub trait Sealed {
        type Inner: sea_orm::ConnectionTrait;
        fn inner(&self) -> &Self::Inner;
        /// Whether a read may lock what it reads. SQLite's writer is alone anyway.
        fn locks_rows(&self) -> bool;

        /// A query whose rows nobody else changes until the transaction ends.
        fn locked<Q: QuerySelect>(&self, query: Q) -> Q {
            if self.locks_rows() {
                query.lock_exclusive()
            } else {
                query
            }
        }

        /// The same, without the rows that somebody else has locked.
        fn locked_or_skipped<Q: QuerySelect>(&self, query: Q) -> Q {
            if self.locks_rows() {
                query.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
            } else {
                query
            }
        }
    }
}

impl sealed::Sealed for Store {
    type Inner = DatabaseConnection;

    fn inner(&self) -> &DatabaseConnection {
        &self.reader
    }

    fn locks_rows(&self) -> bool {
        false
    }
}

impl sealed::Sealed for Tx {
    type Inner = DatabaseTransaction;

    fn inner(&self) -> &DatabaseTransaction {
        &self.inner
    }

    fn locks_rows(&self) -> bool {
        self.inner.get_database_backend() == DbBackend::Postgres
    }
}

impl Reader for Store {}
impl Reader for Tx {}
