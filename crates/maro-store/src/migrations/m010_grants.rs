//! OAuth: the app that a customer registered, what people granted it, and consents under way.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, text, text_null, timestamp_with_time_zone, timestamp_with_time_zone_null,
};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m010_grants"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        apps(manager).await?;
        grants(manager).await?;
        states(manager).await
    }
}

async fn apps(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("oauth_apps")
                .col(text("id"))
                .col(text("client_id"))
                .col(text("client_secret"))
                .col(text_null("site_url"))
                .col(text_null("default_project"))
                .col(timestamp_with_time_zone("updated_at"))
                .col(text("updated_by"))
                .primary_key(Index::create().col("id"))
                .to_owned(),
        )
        .await
}

async fn grants(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = Table::create().table("oauth_grants").to_owned();
    table
        .col(text("id"))
        .col(text("state"))
        .col(text("client_id"))
        .col(text("access_token"))
        .col(text("refresh_token"))
        .col(text_null("previous_refresh_token"))
        .col(text("scopes"))
        .col(text("account_id"))
        .col(text("account_name"))
        .col(text_null("cloud_id"))
        .col(text("sites"))
        .col(big_integer("generation"))
        .col(timestamp_with_time_zone("granted_at"))
        .col(timestamp_with_time_zone("obtained_at"))
        .col(timestamp_with_time_zone("expires_at"))
        .col(timestamp_with_time_zone_null("rejected_at"));
    // Renewing: whose turn it is, and what came of the last attempts.
    table
        .col(text_null("lease_owner"))
        .col(big_integer("lease_epoch"))
        .col(timestamp_with_time_zone_null("lease_until"))
        .col(big_integer("failures"))
        .col(timestamp_with_time_zone_null("next_try_at"))
        .col(text_null("problem"))
        .col(text("connected_by"))
        .col(timestamp_with_time_zone("updated_at"))
        .primary_key(Index::create().col("id"));
    manager.create_table(table).await
}

async fn states(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("oauth_states")
                .col(text("id"))
                .col(text("verifier"))
                .col(text("begun_by"))
                .col(text("redirect_uri"))
                .col(text("client_id"))
                .col(text("actor"))
                .col(timestamp_with_time_zone("expires_at"))
                .primary_key(Index::create().col("id"))
                .to_owned(),
        )
        .await
}
