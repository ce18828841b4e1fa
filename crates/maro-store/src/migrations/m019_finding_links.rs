//! The tickets of findings: one row for each that was wanted, and what Jira says of it.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    integer, text, text_null, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid,
};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m019_finding_links"
    }
}

const INDEXES: &[&str] = &[
    "CREATE UNIQUE INDEX finding_links_by_generation ON finding_links (defect_id, generation)",
    "CREATE UNIQUE INDEX finding_links_one_alive ON finding_links (defect_id) \
         WHERE state NOT IN ('gone', 'unlinked')",
    "CREATE INDEX finding_links_by_issue ON finding_links (jira_id)",
    "CREATE INDEX finding_links_by_state ON finding_links (state, next_at)",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        finding_links(manager).await?;
        for index in INDEXES {
            manager.get_connection().execute_unprepared(index).await?;
        }
        Ok(())
    }
}

async fn finding_links(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = Table::create();
    table
        .table("finding_links")
        .col(uuid("id"))
        .col(uuid("defect_id"))
        .col(integer("generation"))
        .col(text("state"))
        .col(text("wanted_by"))
        .col(integer("attempts").default(0))
        .col(integer("flips").default(0))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .primary_key(Index::create().col("id"));
    for column in [
        "plan",
        "reason",
        "problems",
        "jira_id",
        "jira_key",
        "jira_url",
        "jira_status",
        "jira_category",
        "jira_resolution",
        "told_status",
        "paused_reason",
    ] {
        table.col(text_null(column));
    }
    for column in ["next_at", "jira_updated", "flips_since"] {
        table.col(timestamp_with_time_zone_null(column));
    }
    manager.create_table(table).await
}
