//! Values of the deployment, and leases of scheduled work.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, text, timestamp_with_time_zone};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m007_deployment"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        deployment(manager).await?;
        leases(manager).await?;
        Ok(())
    }
}

async fn deployment(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("deployment")
                .col(text("key"))
                .col(text("value"))
                .primary_key(Index::create().col("key"))
                .to_owned(),
        )
        .await?;
    Ok(())
}

async fn leases(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("leases")
                .col(text("name"))
                .col(text("owner"))
                .col(big_integer("epoch"))
                .col(timestamp_with_time_zone("until"))
                .primary_key(Index::create().col("name"))
                .to_owned(),
        )
        .await?;
    Ok(())
}
