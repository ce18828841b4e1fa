//! Indexes for what pages count and what clean-up looks for, among very many findings.

use sea_orm_migration::prelude::*;

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m026_findings_at_scale"
    }
}

const INDEXES: &[&str] = &[
    "CREATE INDEX defects_by_status_and_severity ON defects (status, severity)",
    "CREATE INDEX defects_settled ON defects (status, status_since)",
    "CREATE INDEX defects_by_case ON defects (source, case_key)",
    "CREATE INDEX defect_events_by_age ON defect_events (at)",
    "CREATE INDEX suite_runs_by_age ON suite_runs (reported_at)",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for index in INDEXES {
            manager.get_connection().execute_unprepared(index).await?;
        }
        Ok(())
    }
}
