//! What can go wrong with the database, in the terms that callers act on.

use sea_orm::{DbErr, RuntimeErr, SqlErr};

/// Why the store could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database did not answer, or refused. Nothing of the transaction was kept.
    #[error("the database is not available")]
    Unavailable(#[source] DbErr),
    /// Another row with the same identity stands in the way.
    #[error("a row with the same identity exists already")]
    Conflict(#[source] DbErr),
    /// A row cannot be read; somebody changed it by hand, or a newer Maro wrote it.
    #[error("the database holds a row that cannot be read: {what}")]
    Corrupt {
        /// Which row or column.
        what: String,
    },
    /// A value that no database can hold.
    #[error("the text cannot be stored: it contains a zero byte")]
    ZeroByte,
    /// A cursor that this store did not make.
    #[error("this page cursor is not valid; begin again without one")]
    BadCursor,
    /// Another process holds the SQLite file.
    #[error("another Maro runs on this database; stop it, or use PostgreSQL for several instances")]
    Locked,
    /// The lock beside the SQLite file, or its folder, cannot be used.
    #[error("cannot use {path}; check that the folder exists and is writable")]
    File {
        /// The path that was tried.
        path: String,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The URL names no database that Maro knows.
    #[error(
        "the database URL is not valid; use sqlite://path/to/maro.db or postgres://user@host/name"
    )]
    Url,
    /// PostgreSQL is too old.
    #[error("PostgreSQL {found} is too old; Maro needs 15 or newer")]
    Version {
        /// What the server says of itself.
        found: String,
    },
    /// PostgreSQL would lose commits in a crash.
    #[error(
        "synchronous_commit is {found}; Maro needs it on, or a crash could create an issue twice \
         (ALTER ROLE … SET synchronous_commit = on)"
    )]
    NotDurable {
        /// The setting that was found.
        found: String,
    },
    /// More deliveries wait than the database can take in a while.
    #[error("too many deliveries wait for the database")]
    Busy,
    /// The task that writes the inbox has ended.
    #[error("Maro is shutting down")]
    ShuttingDown,
}

impl StoreError {
    pub(crate) fn corrupt(what: impl Into<String>) -> Self {
        Self::Corrupt { what: what.into() }
    }

    /// Whether PostgreSQL ended the transaction because another stood in its way: nothing was kept,
    /// and the same again may succeed.
    #[must_use]
    pub fn is_deadlock(&self) -> bool {
        const DEADLOCK: &str = "40P01";
        let Self::Unavailable(
            DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)),
        ) = self
        else {
            return false;
        };
        error
            .as_database_error()
            .is_some_and(|error| error.code().as_deref() == Some(DEADLOCK))
    }

    /// The same failure, once for each of those whose work shared a transaction.
    #[must_use]
    pub fn for_each_waiter(&self) -> Self {
        match self {
            Self::Unavailable(error) | Self::Conflict(error) => Self::Unavailable(error.clone()),
            _ => Self::Busy,
        }
    }
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(_)) => Self::Conflict(error),
            _ => Self::Unavailable(error),
        }
    }
}

impl From<sea_orm::sqlx::Error> for StoreError {
    fn from(error: sea_orm::sqlx::Error) -> Self {
        Self::from(DbErr::Query(RuntimeErr::SqlxError(error.into())))
    }
}
