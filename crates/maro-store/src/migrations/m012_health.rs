//! What the last calls to each integration said, and the last events of each.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    integer, integer_null, text, text_null, timestamp_with_time_zone,
    timestamp_with_time_zone_null, uuid,
};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m012_health"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        health(manager).await?;
        activity(manager).await
    }
}

async fn health(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("integration_health")
                .col(text("integration"))
                .col(text("status"))
                .col(timestamp_with_time_zone("since"))
                .col(timestamp_with_time_zone_null("last_success"))
                .col(timestamp_with_time_zone_null("last_send"))
                .col(timestamp_with_time_zone_null("failed_at"))
                .col(text_null("failure_kind"))
                .col(text_null("failure"))
                .primary_key(Index::create().col("integration"))
                .to_owned(),
        )
        .await
}

async fn activity(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("integration_activity")
                .col(uuid("id"))
                .col(text("integration"))
                .col(timestamp_with_time_zone("at"))
                .col(text("kind"))
                .col(text("outcome"))
                .col(integer("calls"))
                .col(integer_null("slowest_ms"))
                .col(text_null("message"))
                .primary_key(Index::create().col("id"))
                .to_owned(),
        )
        .await?;
    // Trimming keeps the newest of each integration and outcome; the filters of the page read alike.
    manager
        .create_index(
            Index::create()
                .name("integration_activity_by_outcome")
                .table("integration_activity")
                .col("integration")
                .col("outcome")
                .col("id")
                .to_owned(),
        )
        .await
}
