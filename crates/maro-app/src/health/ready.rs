//! Readiness: whether this process can take deliveries.

use std::time::Duration;

use crate::App;

const DEADLINE: Duration = Duration::from_secs(2);

/// Why the process is not ready.
#[derive(Debug, thiserror::Error)]
pub enum NotReady {
    /// The database does not answer.
    #[error("the database does not answer")]
    Database,
    /// The database lacks migrations.
    #[error("the database has pending migrations; run `maro migrate`")]
    Migrations,
    /// The process is shutting down.
    #[error("shutting down")]
    Stopping,
}

/// Checks that deliveries can be stored.
pub async fn ready(app: &App) -> Result<(), NotReady> {
    if app.stop_token().is_cancelled() {
        return Err(NotReady::Stopping);
    }
    let ping = tokio::time::timeout(DEADLINE, app.store().ping()).await;
    if !matches!(ping, Ok(Ok(()))) {
        return Err(NotReady::Database);
    }
    let status = tokio::time::timeout(DEADLINE, app.store().migration_status()).await;
    match status {
        Ok(Ok(migrations)) if migrations.iter().all(|migration| migration.applied) => Ok(()),
        Ok(Ok(_)) => Err(NotReady::Migrations),
        _ => Err(NotReady::Database),
    }
}
