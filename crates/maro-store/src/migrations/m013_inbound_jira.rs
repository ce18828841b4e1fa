//! What Jira tells and is asked: changes to look at, how far polling came, what of it is shown.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, boolean, text, timestamp_with_time_zone, timestamp_with_time_zone_null,
};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m013_inbound_jira"
    }
}

const INDEXES: &[&str] = &[
    "CREATE INDEX tracked_issues_by_id ON channel_tracked_issues (issue_id)",
    "CREATE INDEX jira_changes_by_due ON jira_changes (due_at)",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in ["jira_updated_at", "gone_since"] {
            add_moment(manager, column).await?;
        }
        changes(manager).await?;
        inbound(manager).await?;
        for index in INDEXES {
            manager.get_connection().execute_unprepared(index).await?;
        }
        Ok(())
    }
}

async fn add_moment(manager: &SchemaManager<'_>, column: &'static str) -> Result<(), DbErr> {
    manager
        .alter_table(
            Table::alter()
                .table("channel_tracked_issues")
                .add_column(timestamp_with_time_zone_null(column))
                .to_owned(),
        )
        .await
}

async fn changes(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("jira_changes")
                .col(text("issue_id"))
                .col(big_integer("seq"))
                .col(boolean("taken"))
                .col(boolean("alone"))
                .col(big_integer("attempts"))
                .col(timestamp_with_time_zone("due_at"))
                .primary_key(Index::create().col("issue_id"))
                .to_owned(),
        )
        .await
}

async fn inbound(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("jira_inbound")
                .col(text("name"))
                .col(text("site"))
                .col(timestamp_with_time_zone_null("polled_at"))
                .col(timestamp_with_time_zone_null("last_webhook_at"))
                .primary_key(Index::create().col("name"))
                .to_owned(),
        )
        .await?;
    let first = "INSERT INTO jira_inbound (name, site) VALUES ('jira', '')";
    manager
        .get_connection()
        .execute_unprepared(first)
        .await
        .map(drop)
}
