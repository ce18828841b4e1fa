//! The issues that channels follow.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    text, text_null, timestamp_with_time_zone, timestamp_with_time_zone_null,
};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m003_tracking"
    }
}

const INDEXES: &[&str] =
    &["CREATE INDEX tracked_issues_by_key ON channel_tracked_issues (issue_key)"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        channel_tracked_issues(manager).await?;
        for index in INDEXES {
            manager.get_connection().execute_unprepared(index).await?;
        }
        Ok(())
    }
}

async fn channel_tracked_issues(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("channel_tracked_issues")
                .col(text("team"))
                .col(text("channel"))
                .col(text("issue_key"))
                .col(text_null("issue_id"))
                .col(text("tracked_by"))
                .col(timestamp_with_time_zone("tracked_at"))
                .col(timestamp_with_time_zone_null("last_synced_at"))
                .col(text_null("last_status"))
                .col(text_null("last_summary"))
                .primary_key(Index::create().col("team").col("channel").col("issue_key"))
                .to_owned(),
        )
        .await?;
    Ok(())
}
