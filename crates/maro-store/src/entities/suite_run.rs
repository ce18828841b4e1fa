//! Row of a run of a suite. It never changes.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "suite_runs")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub suite: String,
    pub outcome: String,
    pub tests: i64,
    pub passed: i64,
    pub failed: i64,
    pub errors: i64,
    pub skipped: i64,
    pub flaky: i64,
    pub duration_ms: i64,
    pub started_at: Option<DateTimeUtc>,
    pub reported_at: DateTimeUtc,
    pub reporter: String,
    pub branch: Option<String>,
    pub revision: Option<String>,
    pub environment: Option<String>,
    pub url: Option<String>,
    pub left_out: i64,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
