//! Row of what the last calls of one integration said.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "integration_health")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub integration: String,
    pub status: String,
    pub since: DateTimeUtc,
    pub last_success: Option<DateTimeUtc>,
    pub last_send: Option<DateTimeUtc>,
    pub failed_at: Option<DateTimeUtc>,
    pub failure_kind: Option<String>,
    pub failure: Option<String>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
