//! An entry of the audit log.

use chrono::{DateTime, Utc};
use maro_app::model::AuditEntry;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// One entry of the audit log.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct AuditView {
    seq: i64,
    at: DateTime<Utc>,
    actor: String,
    #[schema(example = "operation.confirmed")]
    action: String,
    subject: String,
    #[schema(value_type = Object)]
    details: Value,
    previous: String,
    hash: String,
}

impl From<AuditEntry> for AuditView {
    fn from(entry: AuditEntry) -> Self {
        Self {
            seq: entry.seq,
            at: entry.at,
            actor: entry.actor,
            action: entry.action,
            subject: entry.subject,
            details: entry.details,
            previous: entry.previous,
            hash: entry.hash,
        }
    }
}
