//! The ledger of writes to Jira, with its two rules of uniqueness.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, integer, text, text_null, timestamp_with_time_zone, timestamp_with_time_zone_null,
    uuid,
};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m002_operations"
    }
}

const INDEXES: &[&str] = &[
    "CREATE UNIQUE INDEX operations_once_per_draft ON jira_operations (session_id, draft_hash, operation)",
    "CREATE UNIQUE INDEX operations_one_live_create ON jira_operations (session_id, operation) \
         WHERE operation = 'jira_create' AND state NOT IN ('rejected', 'cancelled')",
    "CREATE INDEX operations_by_marker ON jira_operations (marker)",
    "CREATE INDEX operations_by_state ON jira_operations (state, next_at)",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        jira_operations(manager).await?;
        for index in INDEXES {
            manager.get_connection().execute_unprepared(index).await?;
        }
        Ok(())
    }
}

async fn jira_operations(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("jira_operations")
                .col(uuid("id"))
                .col(text("session_id"))
                .col(text("draft_hash"))
                .col(text("operation"))
                .col(text("request"))
                .col(text("target"))
                .col(text("marker"))
                .col(text("state"))
                .col(integer("attempt"))
                .col(integer("deferrals"))
                .col(integer("searches"))
                .col(text_null("owner"))
                .col(big_integer("lease_epoch"))
                .col(timestamp_with_time_zone_null("lease_until"))
                .col(timestamp_with_time_zone_null("send_started_at"))
                .col(timestamp_with_time_zone_null("next_at"))
                .col(text_null("jira_id"))
                .col(text_null("jira_key"))
                .col(text("created_by"))
                .col(text("approved_by"))
                .col(text("evidence"))
                .col(text_null("error_message"))
                .col(timestamp_with_time_zone("created_at"))
                .col(timestamp_with_time_zone("updated_at"))
                .primary_key(Index::create().col("id"))
                .to_owned(),
        )
        .await?;
    Ok(())
}
