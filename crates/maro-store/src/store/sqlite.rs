//! Opening SQLite: write-ahead log, full durability, one writer, and one process.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sea_orm::SqlxSqliteConnector;
use sea_orm::sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous,
};

use super::{Place, Store, StoreOptions};
use crate::StoreError;

const READERS: u32 = 4;
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

pub(super) async fn open(options: &StoreOptions) -> Result<Store, StoreError> {
    let connect = connect_options(&options.url)?;
    let path = connect.get_filename().to_path_buf();
    let instance = if options.instance_lock {
        Some(lock_instance(&path)?)
    } else {
        None
    };

    open_private(&path)?;
    // The writer comes first: it switches it to the write-ahead log.
    let writer = pool(1).connect_with(connect.clone()).await?;
    let reader = pool(READERS)
        .connect_with(connect.pragma("query_only", "on"))
        .await?;

    Ok(Store {
        reader: SqlxSqliteConnector::from_sqlx_sqlite_pool(reader),
        writer: SqlxSqliteConnector::from_sqlx_sqlite_pool(writer),
        place: Arc::new(Place::Sqlite {
            path,
            _instance: instance,
        }),
    })
}

fn connect_options(url: &str) -> Result<SqliteConnectOptions, StoreError> {
    // Two pools on a database in memory would be two databases.
    if url.contains(":memory:") || url.contains("mode=memory") {
        return Err(StoreError::Url);
    }
    let options: SqliteConnectOptions = url.parse().map_err(|_| StoreError::Url)?;
    let options = options
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT);
    Ok(super::logged_on_demand(options))
}

/// Connections stay open: closing the last one would copy the whole log back.
fn pool(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .min_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .acquire_timeout(Duration::from_secs(30))
}

fn lock_instance(database: &Path) -> Result<File, StoreError> {
    let path = beside(database, ".lock");
    let file = open_private(&path)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::Locked),
        Err(TryLockError::Error(source)) => Err(file_error(&path, source)),
    }
}

/// Waits for the lock that lets one process migrate at a time.
pub(super) fn lock_migrations(database: &Path) -> Result<File, StoreError> {
    let path = beside(database, ".migrate.lock");
    let file = open_private(&path)?;
    file.lock().map_err(|source| file_error(&path, source))?;
    Ok(file)
}

fn beside(database: &Path, suffix: &str) -> PathBuf {
    let mut path = database.as_os_str().to_owned();
    path.push(suffix);
    path.into()
}

/// Opens a file, made for its owner alone if it is new. SQLite gives its log the same rights.
fn open_private(path: &Path) -> Result<File, StoreError> {
    let mut options = File::options();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(path)
        .map_err(|source| file_error(path, source))
}

fn file_error(path: &Path, source: std::io::Error) -> StoreError {
    StoreError::File {
        path: path.display().to_string(),
        source,
    }
}
