//! Row of a grant. The tokens are sealed, `sites` is JSON.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "oauth_grants")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub state: String,
    pub client_id: String,
    pub access_token: String,
    pub refresh_token: String,
    pub previous_refresh_token: Option<String>,
    pub scopes: String,
    pub account_id: String,
    pub account_name: String,
    pub cloud_id: Option<String>,
    pub sites: String,
    pub generation: i64,
    pub granted_at: DateTimeUtc,
    pub obtained_at: DateTimeUtc,
    pub expires_at: DateTimeUtc,
    pub rejected_at: Option<DateTimeUtc>,
    pub lease_owner: Option<String>,
    pub lease_epoch: i64,
    pub lease_until: Option<DateTimeUtc>,
    pub failures: i64,
    pub next_try_at: Option<DateTimeUtc>,
    pub problem: Option<String>,
    pub connected_by: String,
    pub updated_at: DateTimeUtc,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
