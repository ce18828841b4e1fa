//! Row of an integration's configuration. `fields` and `secrets` are JSON.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "integration_configs")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub integration: String,
    pub fields: String,
    pub secrets: String,
    pub version: i64,
    pub updated_at: DateTimeUtc,
    pub updated_by: String,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
