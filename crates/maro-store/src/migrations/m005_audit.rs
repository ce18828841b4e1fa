//! The audit log and its head.

use maro_core::audit::GENESIS;
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, integer, text, timestamp_with_time_zone};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m005_audit"
    }
}

const INDEXES: &[&str] = &[
    "CREATE INDEX audit_by_subject ON audit_log (subject)",
    "CREATE INDEX audit_by_actor ON audit_log (actor)",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        audit_log(manager).await?;
        audit_head(manager).await?;
        let head = format!("INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, '{GENESIS}')");
        manager.get_connection().execute_unprepared(&head).await?;
        for index in INDEXES {
            manager.get_connection().execute_unprepared(index).await?;
        }
        Ok(())
    }
}

async fn audit_log(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("audit_log")
                .col(big_integer("seq"))
                .col(timestamp_with_time_zone("at"))
                .col(text("actor"))
                .col(text("action"))
                .col(text("subject"))
                .col(text("details"))
                .col(text("previous"))
                .col(text("hash"))
                .primary_key(Index::create().col("seq"))
                .to_owned(),
        )
        .await?;
    Ok(())
}

async fn audit_head(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("audit_head")
                .col(integer("id"))
                .col(big_integer("seq"))
                .col(text("hash"))
                .primary_key(Index::create().col("id"))
                .to_owned(),
        )
        .await?;
    Ok(())
}
