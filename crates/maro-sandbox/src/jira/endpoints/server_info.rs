//! `GET /serverInfo`, which needs no token.

use axum::extract::State;
use serde_json::json;

use super::Shared;
use crate::jira::error::Outcome;
use crate::jira::http::ok;
use crate::jira::views::timestamp;
use crate::state::lock;

/// What kind of Jira this is.
pub(super) async fn show(State(state): State<Shared>) -> Outcome {
    let now = state.clock.now();
    let site = lock(&state.jira).site.clone();
    Ok(ok(&json!({
        "baseUrl": site,
        "displayUrl": site,
        "version": "1001.0.0-SNAPSHOT",
        "versionNumbers": [1001, 0, 0],
        "deploymentType": "Cloud",
        "buildNumber": 100_287,
        "buildDate": "2026-11-16T09:12:33.000+0000",
        "serverTime": timestamp(now),
        "scmInfo": "8e5a1a1d0d2b1b5f6f8b0d1c9f1f2a3b4c5d6e7f",
        "serverTitle": "Jira",
        "serverTimeZone": "Etc/UTC",
    })))
}
