//! Row of an issue that a channel follows.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "channel_tracked_issues")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub team: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub channel: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub issue_key: String,
    pub issue_id: Option<String>,
    pub tracked_by: String,
    pub tracked_at: DateTimeUtc,
    pub last_synced_at: Option<DateTimeUtc>,
    pub last_status: Option<String>,
    pub last_summary: Option<String>,
    pub jira_updated_at: Option<DateTimeUtc>,
    pub gone_since: Option<DateTimeUtc>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
