//! Row of a suite that somebody asked to start.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "suite_starts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub suite: String,
    pub state: String,
    pub asked_by: String,
    pub place: String,
    pub note: String,
    pub asked_at: DateTimeUtc,
    pub due_at: DateTimeUtc,
    pub began_at: Option<DateTimeUtc>,
    pub ended_at: Option<DateTimeUtc>,
    pub owner: Option<String>,
    pub lease_epoch: i64,
    pub run_id: Option<Uuid>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
