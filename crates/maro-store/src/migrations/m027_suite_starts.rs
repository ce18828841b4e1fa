//! Suites that somebody asked to start: one at a time of each, over all instances.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, text, text_null, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid,
    uuid_null,
};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m027_suite_starts"
    }
}

const INDEXES: &[&str] = &[
    "CREATE UNIQUE INDEX suite_starts_alive ON suite_starts (suite)
        WHERE state IN ('wanted', 'running')",
    "CREATE INDEX suite_starts_by_suite ON suite_starts (suite, id)",
    "CREATE INDEX suite_starts_by_state ON suite_starts (state, due_at)",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = Table::create();
        table.table("suite_starts").col(uuid("id"));
        for column in ["suite", "state", "asked_by", "place", "note"] {
            table.col(text(column));
        }
        for column in ["asked_at", "due_at"] {
            table.col(timestamp_with_time_zone(column));
        }
        for column in ["began_at", "ended_at"] {
            table.col(timestamp_with_time_zone_null(column));
        }
        table
            .col(text_null("owner"))
            .col(big_integer("lease_epoch"))
            .col(uuid_null("run_id"))
            .primary_key(Index::create().col("id"));
        manager.create_table(table).await?;
        for index in INDEXES {
            manager.get_connection().execute_unprepared(index).await?;
        }
        Ok(())
    }
}
