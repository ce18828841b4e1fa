//! How news of Jira comes in, for health, the page of the connection and the doctor.

use chrono::{DateTime, TimeDelta, Utc};
use maro_store::{StoreError, jira_inbound, tracked_state};

use crate::App;

/// After so many times the usual pause between polls something is wrong.
const UNHEARD: u32 = 45;

/// When Jira was last heard of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewsOfJira {
    /// When a verified webhook came last, to the half minute.
    pub last_webhook_at: Option<DateTime<Utc>>,
    /// When the last complete poll began.
    pub polled_at: Option<DateTime<Utc>>,
    /// For how long nothing was heard of tracked issues, when that is too long.
    pub silent_for: Option<TimeDelta>,
}

/// Reads it. Nothing is asked of Jira.
pub async fn news_of_jira(app: &App) -> Result<NewsOfJira, StoreError> {
    let known = jira_inbound::load(app.store()).await?;
    let patience = app.settings().timings.jira_poll.saturating_mul(UNHEARD);
    let patience = TimeDelta::from_std(patience).unwrap_or(TimeDelta::MAX);
    let last = known.polled_at.max(known.last_webhook_at);
    let silent_for = last
        .map(|at| app.now() - at)
        .filter(|silent| *silent > patience);
    let is_missed = silent_for.is_some() && !tracked_state::followed(app.store()).await?.is_empty();
    Ok(NewsOfJira {
        last_webhook_at: known.last_webhook_at,
        polled_at: known.polled_at,
        silent_for: silent_for.filter(|_| is_missed),
    })
}
