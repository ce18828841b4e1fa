//! Configurations of integrations, their sealed secrets, and the version of everything connected.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, text, timestamp_with_time_zone};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m009_connections"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        configs(manager).await?;
        secrets(manager).await?;
        version(manager).await
    }
}

async fn configs(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("integration_configs")
                .col(text("integration"))
                .col(text("fields"))
                .col(text("secrets"))
                .col(big_integer("version"))
                .col(timestamp_with_time_zone("updated_at"))
                .col(text("updated_by"))
                .primary_key(Index::create().col("integration"))
                .to_owned(),
        )
        .await
}

async fn secrets(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("secrets")
                .col(text("name"))
                .col(text("sealed"))
                .col(timestamp_with_time_zone("created_at"))
                .primary_key(Index::create().col("name"))
                .to_owned(),
        )
        .await
}

/// One row, counted up by every change, so that other instances see that they are behind.
async fn version(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("connections_version")
                .col(text("name"))
                .col(big_integer("version"))
                .primary_key(Index::create().col("name"))
                .to_owned(),
        )
        .await?;
    let first = "INSERT INTO connections_version (name, version) VALUES ('all', 0)";
    manager
        .get_connection()
        .execute_unprepared(first)
        .await
        .map(drop)
}
