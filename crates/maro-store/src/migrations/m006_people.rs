//! Who may sign in, and with what.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, text, text_null, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid,
};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m006_people"
    }
}

const INDEXES: &[&str] = &[
    "CREATE UNIQUE INDEX people_by_email ON people (email)",
    "CREATE UNIQUE INDEX people_by_slack ON people (slack_team, slack_user)",
    "CREATE UNIQUE INDEX api_tokens_by_hash ON api_tokens (hash)",
    "CREATE INDEX web_sessions_by_end ON web_sessions (expires_at)",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        people(manager).await?;
        api_tokens(manager).await?;
        web_sessions(manager).await?;
        sign_in_attempts(manager).await?;
        for index in INDEXES {
            manager.get_connection().execute_unprepared(index).await?;
        }
        Ok(())
    }
}

async fn people(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("people")
                .col(uuid("id"))
                .col(text("email"))
                .col(text("name"))
                .col(text("role"))
                .col(text_null("password_hash"))
                .col(text_null("slack_team"))
                .col(text_null("slack_user"))
                .col(text_null("jira_account_id"))
                .col(timestamp_with_time_zone("created_at"))
                .col(timestamp_with_time_zone_null("disabled_at"))
                .primary_key(Index::create().col("id"))
                .to_owned(),
        )
        .await?;
    Ok(())
}

async fn api_tokens(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("api_tokens")
                .col(uuid("id"))
                .col(text("name"))
                .col(text("hash"))
                .col(text("scopes"))
                .col(text("created_by"))
                .col(timestamp_with_time_zone("created_at"))
                .col(timestamp_with_time_zone_null("expires_at"))
                .col(timestamp_with_time_zone_null("last_used_at"))
                .col(timestamp_with_time_zone_null("revoked_at"))
                .primary_key(Index::create().col("id"))
                .to_owned(),
        )
        .await?;
    Ok(())
}

async fn web_sessions(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("web_sessions")
                .col(text("id"))
                .col(text("data"))
                .col(timestamp_with_time_zone("expires_at"))
                .primary_key(Index::create().col("id"))
                .to_owned(),
        )
        .await?;
    Ok(())
}

async fn sign_in_attempts(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("sign_in_attempts")
                .col(text("key"))
                .col(timestamp_with_time_zone("window_ends_at"))
                .col(big_integer("attempts"))
                .primary_key(Index::create().col("key"))
                .to_owned(),
        )
        .await?;
    Ok(())
}
