//! Evidence: what is known about the outcome of a send.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An issue, by its immutable id and the key it had.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct IssueRef {
    /// Jira's immutable id.
    pub id: String,
    /// The key at the time.
    pub key: String,
}

/// Where a piece of evidence came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceKind {
    /// Jira's answer to the send.
    Answer,
    /// A search by the marker.
    Search,
    /// A webhook, checked by reading the issue.
    Webhook,
    /// A person's word, checked by reading the issue.
    Person,
    /// The clock: a lease ran out, or no evidence came in time.
    Time,
}

/// One thing that was learnt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// When.
    pub at: DateTime<Utc>,
    /// From where.
    pub kind: EvidenceKind,
    /// What, in a sentence.
    pub note: String,
    /// The issues it speaks of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub issues: Vec<IssueRef>,
    /// What Jira says about single fields, by Jira's field id.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, String>,
}
