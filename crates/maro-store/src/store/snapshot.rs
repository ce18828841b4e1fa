//! Several reads of one moment.

use sea_orm::{
    AccessMode, DatabaseTransaction, DbBackend, IsolationLevel, TransactionOptions,
    TransactionTrait as _,
};

use super::{Reader, Store, sealed};
use crate::StoreError;

/// The database as it was at the first read of this value, whatever is written meanwhile. It holds a
/// connection, so it is short-lived.
#[derive(Debug)]
pub struct Snapshot(DatabaseTransaction);

impl Store {
    /// Begins to read one moment, for what several tables say together.
    pub async fn snapshot(&self) -> Result<Snapshot, StoreError> {
        // SQLite's write-ahead log gives each transaction its moment, and takes no such options.
        let is_postgres = self.reader.get_database_backend() == DbBackend::Postgres;
        let options = TransactionOptions {
            isolation_level: is_postgres.then_some(IsolationLevel::RepeatableRead),
            access_mode: is_postgres.then_some(AccessMode::ReadOnly),
            ..Default::default()
        };
        Ok(Snapshot(self.reader.begin_with_options(options).await?))
    }
}

impl sealed::Sealed for Snapshot {
    type Inner = DatabaseTransaction;

    fn inner(&self) -> &DatabaseTransaction {
        &self.0
    }

    fn locks_rows(&self) -> bool {
        false
    }
}

impl Reader for Snapshot {}
