//! Row of a message. `message` is JSON; `next_at` of a `sending` row is the end of its claim; `seq` is its
//! place in the order of storing.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "outbox")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub team: String,
    pub subject: String,
    pub destination: String,
    pub message: String,
    pub collapse_key: Option<String>,
    pub state: String,
    pub attempts: i32,
    pub vanished: i32,
    pub unclear: bool,
    pub next_at: DateTimeUtc,
    pub owner: Option<String>,
    pub lease_epoch: i64,
    pub last_error: Option<String>,
    pub reference: Option<String>,
    pub created_at: DateTimeUtc,
    pub delivered_at: Option<DateTimeUtc>,
    pub seq: i64,
    pub destination_known: bool,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
