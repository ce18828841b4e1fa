//! Order of messages by a number that the database gives: ids are made from the clocks of instances.
//!
//! Also notes which messages have a destination with a row, so that nobody looks through all that wait
//! for those that have none.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m029_outbox_order"
    }
}

const COLUMNS: &[&str] = &[
    "ALTER TABLE outbox ADD COLUMN seq BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE outbox ADD COLUMN destination_known BOOLEAN NOT NULL DEFAULT FALSE",
    "UPDATE outbox SET seq = numbered.place
        FROM (SELECT id, ROW_NUMBER() OVER (ORDER BY id) AS place FROM outbox) AS numbered
        WHERE numbered.id = outbox.id",
];

/// The default is for instances of the version before, while an update rolls through.
const SEQUENCE: &[&str] = &[
    "CREATE SEQUENCE outbox_seq",
    "SELECT setval('outbox_seq', (SELECT COALESCE(MAX(seq), 0) + 1 FROM outbox))",
    "ALTER TABLE outbox ALTER COLUMN seq SET DEFAULT nextval('outbox_seq')",
];

const INDEXES: &[&str] = &[
    "DROP INDEX outbox_order",
    "CREATE INDEX outbox_order ON outbox (subject, seq) WHERE state IN ('pending', 'sending')",
    "DROP INDEX outbox_by_key",
    "CREATE INDEX outbox_by_key ON outbox (collapse_key, seq) WHERE collapse_key IS NOT NULL",
    "CREATE INDEX outbox_by_seq ON outbox (seq)",
    "CREATE INDEX outbox_new_places ON outbox (destination)
        WHERE NOT destination_known AND state IN ('pending', 'sending')",
    "CREATE INDEX outbox_dead ON outbox (subject, seq) WHERE state = 'dead'",
    "CREATE INDEX outbox_free ON outbox_destinations (next_at, destination)",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sequence = match manager.get_database_backend() {
            DbBackend::Postgres => SEQUENCE,
            _ => &[],
        };
        for statement in COLUMNS.iter().chain(sequence).chain(INDEXES) {
            manager
                .get_connection()
                .execute_unprepared(statement)
                .await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use sea_orm_migration::sea_orm::Database;

    use super::*;
    use crate::migrations::Migrator;

    #[tokio::test]
    async fn what_waits_keeps_its_order() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("maro.db");
        let url = format!("sqlite://{}?mode=rwc", file.display());
        let conn = Database::connect(url).await.unwrap();
        let before = Migrator::migrations()
            .iter()
            .position(|migration| migration.name() == Migration.name());
        let steps: u32 = before.unwrap().try_into().unwrap();
        Migrator::up(&conn, Some(steps)).await.unwrap();
        for id in ["03", "01", "02"] {
            let row = format!(
                "INSERT INTO outbox (id, team, subject, destination, message, state, attempts,
                    unclear, next_at, lease_epoch, created_at)
                 VALUES (X'{id}', 'T1', 'a', 'd', '{{}}', 'pending', 0, FALSE, '', 0, '')"
            );
            conn.execute_unprepared(&row).await.unwrap();
        }
        Migrator::up(&conn, None).await.unwrap();
        let text = "SELECT group_concat(hex(id) || ':' || destination_known, ' ')
            FROM (SELECT * FROM outbox ORDER BY seq)";
        let row = conn.query_one_raw(crate::row::sql(DbBackend::Sqlite, text, []));
        let order: String = row.await.unwrap().unwrap().try_get_by_index(0).unwrap();
        assert_eq!(order, "01:0 02:0 03:0");
    }
}
