//! Row of a suite: its newest run and when it is expected.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "suites")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    pub last_run: Option<Uuid>,
    pub last_run_at: Option<DateTimeUtc>,
    pub last_outcome: Option<String>,
    pub every_seconds: Option<i64>,
    pub grace_seconds: Option<i64>,
    pub expected_since: Option<DateTimeUtc>,
    pub late_since: Option<DateTimeUtc>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
