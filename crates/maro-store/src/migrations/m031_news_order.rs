//! Order of news by a number that the database gives: ids are made from the clocks of instances.
//!
//! SQLite has one instance and numbers its rows by itself.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m031_news_order"
    }
}

const STATEMENTS: &[&str] = &[
    "ALTER TABLE finding_news ADD COLUMN seq BIGINT",
    "UPDATE finding_news SET seq = numbered.place
        FROM (SELECT id, ROW_NUMBER() OVER (ORDER BY id) AS place FROM finding_news) AS numbered
        WHERE numbered.id = finding_news.id",
    "CREATE SEQUENCE finding_news_seq OWNED BY finding_news.seq",
    "SELECT setval('finding_news_seq', (SELECT COALESCE(MAX(seq), 0) + 1 FROM finding_news))",
    "ALTER TABLE finding_news ALTER COLUMN seq SET DEFAULT nextval('finding_news_seq')",
    "ALTER TABLE finding_news ALTER COLUMN seq SET NOT NULL",
    "CREATE INDEX finding_news_order ON finding_news (seq)",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() != DbBackend::Postgres {
            return Ok(());
        }
        for statement in STATEMENTS {
            manager
                .get_connection()
                .execute_unprepared(statement)
                .await?;
        }
        Ok(())
    }
}
