//! Row of the last results of a case that failed at least once.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "case_histories")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub suite: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub case_key: String,
    pub results: String,
    pub flaky: bool,
    pub updated_at: DateTimeUtc,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
