//! How many workers in a row vanished with a message, apart from how often it failed: an outage that
//! lasts for hours makes many failures, and none of them is the message's own.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::integer;

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m028_outbox_patience"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(
                Table::alter()
                    .table("outbox")
                    .add_column(integer("vanished").default(0))
                    .to_owned(),
            )
            .await
    }
}
