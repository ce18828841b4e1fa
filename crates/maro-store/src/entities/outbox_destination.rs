//! Row of a queue that is paced and paused as one.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "outbox_destinations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub destination: String,
    pub pace_ms: i64,
    pub next_at: DateTimeUtc,
    pub reason: Option<String>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
