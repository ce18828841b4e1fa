//! Slack workspaces that the app is installed in, and answers to consents that were used.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, text, text_null, timestamp_with_time_zone, timestamp_with_time_zone_null,
};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m011_slack_installations"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        installations(manager).await?;
        used_states(manager).await
    }
}

async fn installations(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = Table::create().table("slack_installations").to_owned();
    table
        .col(text("team_id"))
        .col(text("team_name"))
        .col(text_null("enterprise_id"))
        .col(text("app_id"))
        .col(text("bot_user_id"))
        .col(text("scopes"))
        .col(text("state"))
        .col(text_null("access_token"))
        .col(text_null("refresh_token"))
        .col(timestamp_with_time_zone_null("expires_at"))
        .col(big_integer("generation"))
        .col(text("installed_by"))
        .col(timestamp_with_time_zone("installed_at"));
    // Rotating: whose turn it is, and what came of the last attempts.
    table
        .col(text_null("lease_owner"))
        .col(big_integer("lease_epoch"))
        .col(timestamp_with_time_zone_null("lease_until"))
        .col(big_integer("failures"))
        .col(timestamp_with_time_zone_null("next_try_at"))
        .col(text_null("problem"))
        .col(timestamp_with_time_zone("updated_at"))
        .primary_key(Index::create().col("team_id"));
    manager.create_table(table).await
}

async fn used_states(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("slack_used_states")
                .col(text("id"))
                .col(timestamp_with_time_zone("expires_at"))
                .primary_key(Index::create().col("id"))
                .to_owned(),
        )
        .await
}
