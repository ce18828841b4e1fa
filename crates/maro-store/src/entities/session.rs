//! Row of a session.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sessions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub team: String,
    pub channel: String,
    pub channel_name: Option<String>,
    pub thread_ts: Option<String>,
    pub preview_ts: Option<String>,
    pub phase: String,
    pub current_draft: Option<Uuid>,
    pub author: String,
    pub author_name: Option<String>,
    pub source_permalink: Option<String>,
    pub jira_key: Option<String>,
    pub jira_url: Option<String>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
