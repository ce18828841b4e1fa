//! Row of what a rule remembers of a finding.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "rule_subjects")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub rule: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub subject: String,
    pub rank: i32,
    pub in_a_row: i64,
    pub base: i64,
    pub began: Option<Uuid>,
    pub told_at: Option<DateTimeUtc>,
    pub told_by: Option<String>,
    pub told_open: bool,
    pub held_since: Option<DateTimeUtc>,
    pub due_at: Option<DateTimeUtc>,
    pub ticket: Option<String>,
    pub verdict: String,
    pub why: String,
    pub at: DateTimeUtc,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
