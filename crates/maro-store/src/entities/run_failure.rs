//! Row of a case that failed in a run. `place` is its place in the report.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "run_failures")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub run_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub place: i64,
    pub suite: String,
    pub class_name: String,
    pub name: String,
    pub kind: String,
    pub failure_type: Option<String>,
    pub message: String,
    pub details: String,
    pub flaky: bool,
    pub defect_id: Option<Uuid>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
