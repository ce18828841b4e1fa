//! Approvals on the web: the same use cases as the buttons in Slack.

mod approve;
mod discard;
mod list;
mod row;
mod show;

pub(super) use approve::approve;
pub(super) use discard::discard;
#[cfg(test)]
pub(super) use list::ApprovalsPage;
pub(super) use list::list;
pub(super) use row::{Row, row};
#[cfg(test)]
pub(super) use show::ApprovalPage;
pub(super) use show::show;

use maro_app::model::DraftId;
use serde::Deserialize;

use super::PageError;

/// What a decision carries: the word of the draft and the hash of what was seen.
#[derive(Deserialize)]
pub(super) struct SeenDraft {
    nonce: String,
    hash: String,
}

fn draft_id(text: &str) -> Result<DraftId, PageError> {
    text.parse().map_err(|_| PageError::NotFound("draft"))
}
