//! Row of something that happened to a defect. It never changes.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "defect_events")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub defect_id: Uuid,
    pub at: DateTimeUtc,
    pub status: String,
    pub actor: String,
    pub run_id: Option<Uuid>,
    pub note: String,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
