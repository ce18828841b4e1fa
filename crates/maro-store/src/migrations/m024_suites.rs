//! Suites, what each did on each day, and how many defects were open at the end of it.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, date, text, text_null, timestamp_with_time_zone_null, uuid_null,
};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m024_suites"
    }
}

/// What was recorded before this migration is added up once.
const BACKFILL: &[&str] = &[
    "CREATE INDEX suite_days_by_day ON suite_days (day, suite)",
    "INSERT INTO suites (name, last_run, last_run_at, last_outcome)
        SELECT suite, id, reported_at, outcome FROM suite_runs AS run
        WHERE id = (SELECT id FROM suite_runs WHERE suite = run.suite ORDER BY id DESC LIMIT 1)",
    "INSERT INTO suite_days
        (suite, day, runs, passed, failed, cases, cases_failed, cases_flaky, duration_ms)
        SELECT suite, DATE(reported_at), COUNT(*),
            SUM(CASE WHEN outcome = 'passed' THEN 1 ELSE 0 END),
            SUM(CASE WHEN outcome = 'failed' THEN 1 ELSE 0 END),
            CAST(SUM(tests) AS bigint), CAST(SUM(failed + errors) AS bigint),
            CAST(SUM(flaky) AS bigint), CAST(SUM(duration_ms) AS bigint)
        FROM suite_runs GROUP BY suite, DATE(reported_at)",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(suites()).await?;
        manager.create_table(suite_days()).await?;
        manager.create_table(defect_days()).await?;
        for text in BACKFILL {
            manager.get_connection().execute_unprepared(text).await?;
        }
        Ok(())
    }
}

fn suites() -> TableCreateStatement {
    Table::create()
        .table("suites")
        .col(text("name"))
        .col(uuid_null("last_run"))
        .col(timestamp_with_time_zone_null("last_run_at"))
        .col(text_null("last_outcome"))
        .col(big_integer("every_seconds").null())
        .col(big_integer("grace_seconds").null())
        .col(timestamp_with_time_zone_null("expected_since"))
        .col(timestamp_with_time_zone_null("late_since"))
        .primary_key(Index::create().col("name"))
        .to_owned()
}

fn suite_days() -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table("suite_days")
        .col(text("suite"))
        .col(date("day"));
    let counts = [
        "runs",
        "passed",
        "failed",
        "cases",
        "cases_failed",
        "cases_flaky",
        "duration_ms",
    ];
    for count in counts {
        table.col(big_integer(count));
    }
    table
        .primary_key(Index::create().col("suite").col("day"))
        .to_owned()
}

fn defect_days() -> TableCreateStatement {
    Table::create()
        .table("defect_days")
        .col(date("day"))
        .col(text("severity"))
        .col(big_integer("open"))
        .primary_key(Index::create().col("day").col("severity"))
        .to_owned()
}
