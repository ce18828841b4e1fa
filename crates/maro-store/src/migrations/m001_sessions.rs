//! Conversations, their drafts, and who approved them.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{text, text_null, timestamp_with_time_zone, uuid, uuid_null};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m001_sessions"
    }
}

const INDEXES: &[&str] = &[
    "CREATE INDEX sessions_by_age ON sessions (created_at, id)",
    "CREATE INDEX sessions_by_phase ON sessions (phase)",
    "CREATE INDEX sessions_by_channel ON sessions (team, channel)",
    "CREATE INDEX drafts_by_session ON drafts (session_id)",
    "CREATE INDEX approvals_by_hash ON approvals (session_id, draft_hash)",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        sessions(manager).await?;
        drafts(manager).await?;
        approvals(manager).await?;
        for index in INDEXES {
            manager.get_connection().execute_unprepared(index).await?;
        }
        Ok(())
    }
}

async fn sessions(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("sessions")
                .col(text("id"))
                .col(text("team"))
                .col(text("channel"))
                .col(text_null("channel_name"))
                .col(text_null("thread_ts"))
                .col(text_null("preview_ts"))
                .col(text("phase"))
                .col(uuid_null("current_draft"))
                .col(text("author"))
                .col(text_null("author_name"))
                .col(text_null("source_permalink"))
                .col(text_null("jira_key"))
                .col(text_null("jira_url"))
                .col(timestamp_with_time_zone("created_at"))
                .col(timestamp_with_time_zone("updated_at"))
                .primary_key(Index::create().col("id"))
                .to_owned(),
        )
        .await?;
    Ok(())
}

async fn drafts(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("drafts")
                .col(uuid("id"))
                .col(text("session_id"))
                .col(text("content"))
                .col(text("request"))
                .col(text("target"))
                .col(text("hash"))
                .col(text("nonce"))
                .col(text("author"))
                .col(timestamp_with_time_zone("created_at"))
                .primary_key(Index::create().col("id"))
                .to_owned(),
        )
        .await?;
    Ok(())
}

async fn approvals(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("approvals")
                .col(uuid("id"))
                .col(text("session_id"))
                .col(uuid("draft_id"))
                .col(text("draft_hash"))
                .col(text("approved_by"))
                .col(timestamp_with_time_zone("approved_at"))
                .primary_key(Index::create().col("id"))
                .to_owned(),
        )
        .await?;
    Ok(())
}
