//! A connection broke, or works again: it belongs to no channel, and somebody should know.
//!
//! Only an outage and its end are told. What works in part is on the dashboard. Of Slack itself
//! nothing is told by Slack.

use maro_core::health::{HealthStatus, Verdict};
use maro_core::integrations::Integration;
use maro_slack::mrkdwn::from_user;
use maro_store::{StoreError, Tx};

use super::alert;
use crate::App;

/// Tells of an outage or its end. Returns whether there is somebody to tell.
pub(crate) async fn connection_changed(
    app: &App,
    tx: &Tx,
    integration: Integration,
    before: HealthStatus,
    now: &Verdict,
) -> Result<bool, StoreError> {
    if integration == Integration::Slack {
        return Ok(false);
    }
    let Some(text) = news(integration, before, now) else {
        return Ok(false);
    };
    alert(app, tx, format!("health:{integration}"), text).await
}

fn news(integration: Integration, before: HealthStatus, now: &Verdict) -> Option<String> {
    let name = integration.title();
    match (before, now.status) {
        (_, HealthStatus::Error) => {
            let reason = from_user(now.reason.as_deref().unwrap_or_default());
            let next = from_user(now.next_step.as_deref().unwrap_or_default());
            Some(format!(
                ":red_circle: {name} does not work. {reason} {next}"
            ))
        }
        (HealthStatus::Error, HealthStatus::Healthy) => {
            Some(format!(":large_green_circle: {name} works again."))
        }
        (HealthStatus::Error, HealthStatus::Degraded) => Some(format!(
            ":large_yellow_circle: {name} works again, in part. {}",
            from_user(now.reason.as_deref().unwrap_or_default())
        )),
        _ => None,
    }
}
