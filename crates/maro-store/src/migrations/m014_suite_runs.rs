//! What test suites reported, and the keys by which a repeated report is recognised.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, boolean, text, text_null, timestamp_with_time_zone, timestamp_with_time_zone_null,
    uuid,
};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m014_suite_runs"
    }
}

const INDEXES: &[&str] = &[
    "CREATE INDEX suite_runs_by_suite ON suite_runs (suite, id)",
    "CREATE INDEX suite_runs_by_outcome ON suite_runs (outcome, id)",
    "CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at)",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        suite_runs(manager).await?;
        run_failures(manager).await?;
        idempotency_keys(manager).await?;
        for index in INDEXES {
            manager.get_connection().execute_unprepared(index).await?;
        }
        Ok(())
    }
}

async fn suite_runs(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = Table::create();
    table
        .table("suite_runs")
        .col(uuid("id"))
        .col(text("suite"))
        .col(text("outcome"));
    let counts = [
        "tests", "passed", "failed", "errors", "skipped", "flaky", "left_out",
    ];
    for count in counts {
        table.col(big_integer(count));
    }
    table
        .col(big_integer("duration_ms"))
        .col(timestamp_with_time_zone_null("started_at"))
        .col(timestamp_with_time_zone("reported_at"))
        .col(text("reporter"))
        .col(text_null("branch"))
        .col(text_null("revision"))
        .col(text_null("environment"))
        .col(text_null("url"))
        .primary_key(Index::create().col("id"));
    manager.create_table(table).await
}

async fn run_failures(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("run_failures")
                .col(uuid("run_id"))
                .col(big_integer("place"))
                .col(text("suite"))
                .col(text("class_name"))
                .col(text("name"))
                .col(text("kind"))
                .col(text_null("failure_type"))
                .col(text("message"))
                .col(text("details"))
                .col(boolean("flaky"))
                .primary_key(Index::create().col("run_id").col("place"))
                .to_owned(),
        )
        .await
}

async fn idempotency_keys(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("idempotency_keys")
                .col(text("caller"))
                .col(text("key"))
                .col(text("request"))
                .col(text("answer"))
                .col(timestamp_with_time_zone("created_at"))
                .primary_key(Index::create().col("caller").col("key"))
                .to_owned(),
        )
        .await
}
