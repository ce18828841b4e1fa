//! How a defect and its issue stand to each other, as the API shows it.

use chrono::{DateTime, Utc};
use maro_app::sync::SyncState;
use maro_core::sync::Meaning;
use serde::Serialize;
use utoipa::ToSchema;

/// What Jira says of a defect's issue, and whether the two are kept in step.
#[derive(Serialize, ToSchema)]
pub(in crate::api::v1::defects) struct SyncView {
    #[schema(example = "SCRUM-123")]
    jira_key: Option<String>,
    jira_url: Option<String>,
    #[schema(example = "Done")]
    jira_status: Option<String>,
    /// `new`, `indeterminate` or `done`; absent before the issue was read.
    #[schema(example = "done")]
    category: Option<String>,
    #[schema(example = "Won't Do")]
    resolution: Option<String>,
    /// The defect's status that this stands for, `leave`, or `unmapped` when the map does not name it.
    #[schema(example = "wont_fix")]
    meaning: &'static str,
    /// Why nothing is carried over until somebody resumes it.
    paused_reason: Option<String>,
    /// How many changes were carried over since `changes_since`.
    changes: i32,
    changes_since: Option<DateTime<Utc>>,
    /// When Jira last changed the issue, as far as it is known.
    jira_updated_at: Option<DateTime<Utc>>,
    /// When that last came to be known.
    updated_at: DateTime<Utc>,
}

impl From<SyncState> for SyncView {
    fn from(state: SyncState) -> Self {
        let link = state.link;
        Self {
            jira_key: link.jira_key,
            jira_url: link.jira_url,
            jira_status: link.jira_status,
            category: link.jira_category,
            resolution: link.jira_resolution,
            meaning: match state.meaning {
                Meaning::Status(status) => status.as_str(),
                Meaning::Leave => "leave",
                Meaning::Unmapped => "unmapped",
            },
            paused_reason: link.paused_reason,
            changes: link.flips,
            changes_since: link.flips_since,
            jira_updated_at: link.jira_updated,
            updated_at: link.updated_at,
        }
    }
}
