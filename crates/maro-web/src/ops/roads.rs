//! Gauges of the roads to Jira: whether the MCP server is connected, and how long the OAuth grant lasts.
//!
//! What is not configured has no value, which Prometheus writes as `NaN`: a 0 would be an alarm, and a
//! series that stands still after a disconnect would be a lie.

use chrono::{DateTime, Utc};
use maro_app::App;
use maro_app::oauth::{self, Connection, GrantDetails};

/// Reads all of them.
pub(super) async fn read(app: &App) {
    metrics::gauge!("jira_mcp_connection_status").set(connected(app));
    let Ok(status) = oauth::status(app, None).await else {
        return;
    };
    let grant = status.grant.as_ref();
    let is_over = status.connection == Connection::Expired;
    let left = |end: fn(&GrantDetails) -> DateTime<Utc>| match grant {
        Some(_) if is_over => 0.0,
        Some(grant) => seconds_until(end(grant), app.now()),
        None => f64::NAN,
    };
    let access = left(|grant| grant.token_until);
    let whole = left(|grant| grant.life.ends_at());
    metrics::gauge!("jira_oauth_token_expiry_seconds", "token" => "access").set(access);
    metrics::gauge!("jira_oauth_token_expiry_seconds", "token" => "grant").set(whole);
}

fn connected(app: &App) -> f64 {
    match app.mcp() {
        Some(Ok(server)) if server.health().is_connected => 1.0,
        Some(_) => 0.0,
        None => f64::NAN,
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a grant lasts a year at most, far below 2^52 seconds"
)]
fn seconds_until(end: DateTime<Utc>, now: DateTime<Utc>) -> f64 {
    (end - now).num_seconds().max(0) as f64
}
