//! `maro migrate`: brings the database up to date and says what it did.

use crate::config::Config;
use crate::server::open_store;

/// Migrates.
pub(crate) async fn run(config: &Config) -> anyhow::Result<()> {
    let store = open_store(config, false).await?;
    for migration in store.migration_status().await? {
        println!(
            "{} {}",
            if migration.applied {
                "applied"
            } else {
                "pending"
            },
            migration.name
        );
    }
    store.close().await;
    Ok(())
}
