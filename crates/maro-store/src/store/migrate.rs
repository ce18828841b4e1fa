//! Bringing the tables up to date, one process at a time.
//!
//! The migrator itself takes no lock: of several processes that start at once, most would fail.

use std::path::Path;

use sea_orm::sqlx::postgres::{PgConnectOptions, PgConnection};
use sea_orm::sqlx::{Connection as _, query};
use sea_orm_migration::{MigrationStatus, MigratorTrait as _};

use super::{Place, Store, sqlite};
use crate::StoreError;
use crate::migrations::Migrator;

/// Any number will do, as long as it is always the same one ("maro").
const ADVISORY_LOCK: i64 = 0x6d61_726f;

/// One migration and whether it is applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationState {
    /// Its name.
    pub name: String,
    /// Whether the database has it.
    pub applied: bool,
}

impl Store {
    /// Applies what is missing. Safe to run in several processes at once.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        if self.is_current().await? {
            return Ok(());
        }
        match &*self.place {
            Place::Sqlite { path, .. } => self.migrate_under_file_lock(path).await,
            Place::Postgres(options) => self.migrate_under_advisory_lock(options).await,
        }
    }

    /// Every migration that this Maro knows, oldest first. Writes nothing.
    pub async fn migration_status(&self) -> Result<Vec<MigrationState>, StoreError> {
        let migrations = Migrator::get_migration_with_status_read_only(&self.reader).await?;
        let state = |migration: &sea_orm_migration::Migration| MigrationState {
            name: migration.name().to_owned(),
            applied: migration.status() == MigrationStatus::Applied,
        };
        Ok(migrations.iter().map(state).collect())
    }

    async fn is_current(&self) -> Result<bool, StoreError> {
        Ok(self
            .migration_status()
            .await?
            .iter()
            .all(|migration| migration.applied))
    }

    async fn migrate_under_file_lock(&self, path: &Path) -> Result<(), StoreError> {
        let path = path.to_owned();
        let waiting = tokio::task::spawn_blocking(move || sqlite::lock_migrations(&path));
        let _lock = waiting.await.map_err(|_| StoreError::ShuttingDown)??;
        Ok(Migrator::up(&self.writer, None).await?)
    }

    async fn migrate_under_advisory_lock(
        &self,
        options: &PgConnectOptions,
    ) -> Result<(), StoreError> {
        // A connection of its own: the lock lives as long as its session.
        let mut session = PgConnection::connect_with(options).await?;
        query("SELECT pg_advisory_lock($1)")
            .bind(ADVISORY_LOCK)
            .execute(&mut session)
            .await?;
        let migrated = Migrator::up(&self.writer, None).await;
        session.close().await?;
        Ok(migrated?)
    }
}
