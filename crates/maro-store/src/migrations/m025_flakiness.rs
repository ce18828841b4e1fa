//! The last results of cases that ever failed, and the defects of those that are flaky.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{boolean, text, timestamp_with_time_zone};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m025_flakiness"
    }
}

const INDEX: &str = "CREATE INDEX case_histories_by_age ON case_histories (updated_at)";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("case_histories")
                    .col(text("suite"))
                    .col(text("case_key"))
                    .col(text("results"))
                    .col(boolean("flaky"))
                    .col(timestamp_with_time_zone("updated_at"))
                    .primary_key(Index::create().col("suite").col("case_key"))
                    .to_owned(),
            )
            .await?;
        manager
            .alter_table(
                Table::alter()
                    .table("defects")
                    .add_column(boolean("flaky").default(false))
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
