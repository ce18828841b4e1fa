//! Rules, what each remembers of findings, and what places were told last.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, boolean, integer, text, text_null, timestamp_with_time_zone,
    timestamp_with_time_zone_null, uuid_null,
};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m018_rules"
    }
}

const INDEXES: &[&str] = &[
    "CREATE INDEX rule_subjects_by_subject ON rule_subjects (subject)",
    "CREATE INDEX rule_subjects_by_age ON rule_subjects (rule, at)",
    "CREATE INDEX rule_subjects_by_due ON rule_subjects (due_at) WHERE due_at IS NOT NULL",
    "CREATE INDEX rule_subjects_held ON rule_subjects (rule, rank, subject)
        WHERE held_since IS NOT NULL",
    "CREATE INDEX rule_subjects_waiting ON rule_subjects (rule, rank, subject)
        WHERE ticket = 'waiting'",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        rules(manager).await?;
        subjects(manager).await?;
        gates(manager).await?;
        quotas(manager).await?;
        for index in INDEXES {
            manager.get_connection().execute_unprepared(index).await?;
        }
        Ok(())
    }
}

async fn rules(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = Table::create();
    table.table("rules");
    for column in ["name", "body", "origin", "state", "reason", "updated_by"] {
        table.col(text(column));
    }
    table
        .col(timestamp_with_time_zone("updated_at"))
        .primary_key(Index::create().col("name"));
    manager.create_table(table).await
}

async fn subjects(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = Table::create();
    table.table("rule_subjects");
    for column in ["rule", "subject", "verdict", "why"] {
        table.col(text(column));
    }
    for column in ["told_by", "ticket"] {
        table.col(text_null(column));
    }
    for column in ["told_at", "held_since", "due_at"] {
        table.col(timestamp_with_time_zone_null(column));
    }
    table
        .col(integer("rank"))
        .col(big_integer("in_a_row"))
        .col(big_integer("base"))
        .col(uuid_null("began"))
        .col(boolean("told_open"))
        .col(timestamp_with_time_zone("at"))
        .primary_key(Index::create().col("rule").col("subject"));
    manager.create_table(table).await
}

async fn gates(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("rule_gates")
                .col(text("place"))
                .col(timestamp_with_time_zone_null("last_message_at"))
                .col(timestamp_with_time_zone_null("last_digest_at"))
                .primary_key(Index::create().col("place"))
                .to_owned(),
        )
        .await
}

async fn quotas(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("rule_quotas")
                .col(text("rule"))
                .col(timestamp_with_time_zone("since"))
                .col(big_integer("made"))
                .primary_key(Index::create().col("rule"))
                .to_owned(),
        )
        .await
}
