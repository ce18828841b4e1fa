//! What kind of finding a row is: a defect, an alert or an edge case.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::text;

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m016_finding_kinds"
    }
}

const INDEX: &str = "CREATE INDEX defects_by_kind ON defects (kind, id)";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(
                Table::alter()
                    .table("defects")
                    .add_column(text("kind").default("defect"))
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
