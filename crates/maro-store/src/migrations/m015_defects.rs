//! Defects, and what happened to each.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, integer, text, text_null, timestamp_with_time_zone, uuid, uuid_null,
};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m015_defects"
    }
}

const INDEXES: &[&str] = &[
    "CREATE UNIQUE INDEX defects_by_fingerprint ON defects (fingerprint)",
    "CREATE INDEX defects_by_status ON defects (status, id)",
    "CREATE INDEX defects_by_severity ON defects (severity, id)",
    "CREATE INDEX defects_by_source ON defects (source, id)",
    "CREATE INDEX defect_events_by_defect ON defect_events (defect_id, id)",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        defects(manager).await?;
        events(manager).await?;
        link_failures(manager).await?;
        for index in INDEXES {
            manager.get_connection().execute_unprepared(index).await?;
        }
        Ok(())
    }
}

async fn defects(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = Table::create();
    table.table("defects").col(uuid("id"));
    let texts = [
        "fingerprint",
        "title",
        "severity",
        "status",
        "description",
        "steps",
        "expected",
        "actual",
        "source",
        "reporter",
    ];
    for column in texts {
        table.col(text(column));
    }
    for column in ["status_since", "first_seen", "last_seen"] {
        table.col(timestamp_with_time_zone(column));
    }
    for column in [
        "jira_issue_key",
        "jira_issue_url",
        "jira_status",
        "case_key",
    ] {
        table.col(text_null(column));
    }
    table
        .col(big_integer("count"))
        .col(integer("regressions"))
        .col(uuid_null("last_run"))
        .primary_key(Index::create().col("id"));
    manager.create_table(table).await
}

async fn link_failures(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .alter_table(
            Table::alter()
                .table("run_failures")
                .add_column(uuid_null("defect_id"))
                .to_owned(),
        )
        .await
}

async fn events(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("defect_events")
                .col(uuid("id"))
                .col(uuid("defect_id"))
                .col(timestamp_with_time_zone("at"))
                .col(text("status"))
                .col(text("actor"))
                .col(uuid_null("run_id"))
                .col(text("note"))
                .primary_key(Index::create().col("id"))
                .to_owned(),
        )
        .await
}
