//! News of findings, which waits for the rules to judge it.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{text, timestamp_with_time_zone, uuid, uuid_null};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m017_finding_news"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("finding_news")
                    .col(uuid("id"))
                    .col(text("subject_kind"))
                    .col(uuid("subject_id"))
                    .col(text("what"))
                    .col(uuid_null("run_id"))
                    .col(timestamp_with_time_zone("at"))
                    .primary_key(Index::create().col("id"))
                    .to_owned(),
            )
            .await
    }
}
