//! Where findings are shown: one message per subject and place.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{text, text_null, timestamp_with_time_zone, uuid};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m022_finding_cards"
    }
}

const INDEX: &str =
    "CREATE UNIQUE INDEX finding_cards_by_subject ON finding_cards (subject, place)";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("finding_cards")
                    .col(uuid("id"))
                    .col(text("subject"))
                    .col(text("place"))
                    .col(text_null("posted_channel"))
                    .col(text_null("posted_ts"))
                    .col(timestamp_with_time_zone("told_at"))
                    .primary_key(Index::create().col("id"))
                    .to_owned(),
            )
            .await?;
        manager
            .get_connection()
            .execute_unprepared(INDEX)
            .await
            .map(drop)
    }
}
