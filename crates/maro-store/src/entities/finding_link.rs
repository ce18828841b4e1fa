//! Row of the ticket of a finding.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "finding_links")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub defect_id: Uuid,
    pub generation: i32,
    pub state: String,
    pub plan: Option<String>,
    pub wanted_by: String,
    pub attempts: i32,
    pub next_at: Option<DateTimeUtc>,
    pub reason: Option<String>,
    pub problems: Option<String>,
    pub jira_id: Option<String>,
    pub jira_key: Option<String>,
    pub jira_url: Option<String>,
    pub jira_status: Option<String>,
    pub jira_category: Option<String>,
    pub jira_resolution: Option<String>,
    pub jira_updated: Option<DateTimeUtc>,
    pub told_status: Option<String>,
    pub flips: i32,
    pub flips_since: Option<DateTimeUtc>,
    pub paused_reason: Option<String>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
