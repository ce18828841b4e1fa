//! `GET /serverInfo`, which needs no token.

use axum::extract::State;
use serde_json::json;

use super::super::Shared;
use crate::jira::error::Outcome;
use crate::jira::http::ok;
use crate::jira::views::timestamp;
use crate::state::lock;

/// What kind of Jira this is: Data Center calls itself `Server`.
pub(super) async fn show(State(state): State<Shared>) -> Outcome {
    let now = state.clock.now();
    let site = lock(&state.jira).server_site.clone();
    Ok(ok(&json!({
        "baseUrl": site,
        "version": "9.12.15",
        "versionNumbers": [9, 12, 15],
        "deploymentType": "Server",
        "buildNumber": 9_120_015,
        "buildDate": "2024-11-04T00:00:00.000+0000",
        "databaseBuildNumber": 9_120_015,
        "serverTime": timestamp(now),
        "scmInfo": "ebd3a4e0a1d4d1a6a6a4f1d8c4b8ad3c9cbb3e6e",
        "serverTitle": "Jira",
    })))
}
