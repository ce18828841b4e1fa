//! What came in and is not done, and what must go out.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, boolean, integer, text, text_null, timestamp_with_time_zone,
    timestamp_with_time_zone_null, uuid,
};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m004_queues"
    }
}

const INDEXES: &[&str] = &[
    "CREATE INDEX inbox_not_done ON inbox (state, next_at) WHERE state <> 'done'",
    "CREATE INDEX outbox_due ON outbox (destination, next_at) WHERE state IN ('pending', 'sending')",
    "CREATE INDEX outbox_order ON outbox (subject, id) WHERE state IN ('pending', 'sending')",
    "CREATE INDEX outbox_collapse ON outbox (collapse_key) WHERE state = 'pending'",
    "CREATE INDEX outbox_by_state ON outbox (state, id)",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        inbox(manager).await?;
        outbox(manager).await?;
        outbox_destinations(manager).await?;
        for index in INDEXES {
            manager.get_connection().execute_unprepared(index).await?;
        }
        Ok(())
    }
}

async fn inbox(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("inbox")
                .col(text("id"))
                .col(text("kind"))
                .col(text("state"))
                .col(integer("attempts"))
                .col(text("owner"))
                .col(big_integer("lease_epoch"))
                .col(timestamp_with_time_zone("next_at"))
                .col(timestamp_with_time_zone("received_at"))
                .col(text("payload"))
                .col(text_null("last_error"))
                .primary_key(Index::create().col("id"))
                .to_owned(),
        )
        .await?;
    Ok(())
}

async fn outbox(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("outbox")
                .col(uuid("id"))
                .col(text("team"))
                .col(text("subject"))
                .col(text("destination"))
                .col(text("message"))
                .col(text_null("collapse_key"))
                .col(text("state"))
                .col(integer("attempts"))
                .col(boolean("unclear"))
                .col(timestamp_with_time_zone("next_at"))
                .col(text_null("owner"))
                .col(big_integer("lease_epoch"))
                .col(text_null("last_error"))
                .col(text_null("reference"))
                .col(timestamp_with_time_zone("created_at"))
                .col(timestamp_with_time_zone_null("delivered_at"))
                .primary_key(Index::create().col("id"))
                .to_owned(),
        )
        .await?;
    Ok(())
}

async fn outbox_destinations(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("outbox_destinations")
                .col(text("destination"))
                .col(big_integer("pace_ms"))
                .col(timestamp_with_time_zone("next_at"))
                .col(text_null("reason"))
                .primary_key(Index::create().col("destination"))
                .to_owned(),
        )
        .await?;
    Ok(())
}
