//! Row of what a suite did on a day.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "suite_days")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub suite: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub day: Date,
    pub runs: i64,
    pub passed: i64,
    pub failed: i64,
    pub cases: i64,
    pub cases_failed: i64,
    pub cases_flaky: i64,
    pub duration_ms: i64,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
