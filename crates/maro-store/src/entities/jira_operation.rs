//! Row of the ledger. `request`, `target` and `evidence` are JSON.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "jira_operations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub session_id: String,
    pub draft_hash: String,
    pub operation: String,
    pub request: String,
    pub target: String,
    pub marker: String,
    pub state: String,
    pub attempt: i32,
    pub deferrals: i32,
    pub searches: i32,
    pub owner: Option<String>,
    pub lease_epoch: i64,
    pub lease_until: Option<DateTimeUtc>,
    pub send_started_at: Option<DateTimeUtc>,
    pub next_at: Option<DateTimeUtc>,
    pub jira_id: Option<String>,
    pub jira_key: Option<String>,
    pub created_by: String,
    pub approved_by: String,
    pub evidence: String,
    pub error_message: Option<String>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
