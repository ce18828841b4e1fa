//! Finding every message with a collapse key, not only those that wait: a newer one that went out
//! outdates an older one that is tried anew.

use sea_orm_migration::prelude::*;

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m008_outbox_keys"
    }
}

const STATEMENTS: &[&str] = &[
    "CREATE INDEX outbox_by_key ON outbox (collapse_key, id) WHERE collapse_key IS NOT NULL",
    "DROP INDEX outbox_collapse",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for statement in STATEMENTS {
            manager
                .get_connection()
                .execute_unprepared(statement)
                .await?;
        }
        Ok(())
    }
}
