//! Row of a workspace that the app is installed in. The tokens are sealed.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "slack_installations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub team_id: String,
    pub team_name: String,
    pub enterprise_id: Option<String>,
    pub app_id: String,
    pub bot_user_id: String,
    pub scopes: String,
    pub state: String,
    pub access_token: Option<String>,
    pub refresh_token: Option<String>,
    pub expires_at: Option<DateTimeUtc>,
    pub generation: i64,
    pub installed_by: String,
    pub installed_at: DateTimeUtc,
    pub lease_owner: Option<String>,
    pub lease_epoch: i64,
    pub lease_until: Option<DateTimeUtc>,
    pub failures: i64,
    pub next_try_at: Option<DateTimeUtc>,
    pub problem: Option<String>,
    pub updated_at: DateTimeUtc,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
