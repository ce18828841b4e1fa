//! Row of a delivery. `state` is `open`, `done` or `dead`; `next_at` of an open row is the end of its
//! claim, or the time of its next try.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "inbox")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub kind: String,
    pub state: String,
    pub attempts: i32,
    pub owner: String,
    pub lease_epoch: i64,
    pub next_at: DateTimeUtc,
    pub received_at: DateTimeUtc,
    pub payload: String,
    pub last_error: Option<String>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
