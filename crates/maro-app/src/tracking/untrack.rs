//! `/maro untrack KEY…`: the channel stops following an issue.

use maro_core::actor::Actor;
use maro_core::ids::ChannelRef;
use maro_core::issue_key::IssueKey;
use maro_core::tracking as words;
use maro_store::{StoreError, tracked};
use serde_json::json;

use crate::App;
use crate::audit::record;
use crate::happening::Happening;

/// What came of one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UntrackAnswer {
    /// The channel no longer follows it.
    Untracked(IssueKey),
    /// It did not.
    NotTracked(IssueKey),
}

impl UntrackAnswer {
    /// The sentence for the person who asked.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::Untracked(key) => format!("No longer tracking {key}"),
            Self::NotTracked(key) => words::not_tracked(key),
        }
    }
}

/// Stops following one issue in a channel.
pub async fn untrack(
    app: &App,
    channel: &ChannelRef,
    key: &IssueKey,
    by: &Actor,
) -> Result<UntrackAnswer, StoreError> {
    let tx = app.store().begin().await?;
    if !tracked::untrack(&tx, channel, key).await? {
        return Ok(UntrackAnswer::NotTracked(key.clone()));
    }
    record(
        app,
        &tx,
        by,
        "issue.untracked",
        channel,
        json!({ "issue": key }),
    )
    .await?;
    tx.commit().await?;
    app.announce(Happening::Tracking);
    Ok(UntrackAnswer::Untracked(key.clone()))
}
