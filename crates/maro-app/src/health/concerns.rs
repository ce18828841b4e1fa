//! What speaks against a connection besides its last calls, collected from where it is known.
//!
//! A subsystem that learns something (a token that ends soon, a socket that is down) gives its
//! concerns in a function of its own, which [`of`] calls.

use chrono::TimeDelta;
use maro_atlassian::mcp::McpStatus;
use maro_core::health::Concern;
use maro_core::integrations::Integration;
use maro_store::{StoreError, jira_inbound, outbox, tracked_state};

use crate::App;
use crate::connections;
use crate::oauth;

/// A message that failed longer ago is history, not health.
const LATELY: TimeDelta = TimeDelta::hours(24);
/// After so many times the usual pause between polls something is wrong.
const UNHEARD: u32 = 45;

/// Whether anything is set for an integration.
pub(super) fn is_configured(app: &App, integration: Integration) -> bool {
    match integration {
        Integration::Slack => app.slack_settings().is_some(),
        Integration::Jira => app.jira_settings().is_some(),
        Integration::Mcp => app.mcp_settings().is_some(),
        Integration::Confluence => false,
    }
}

/// What speaks against a connection now.
pub(super) async fn of(app: &App, integration: Integration) -> Result<Vec<Concern>, StoreError> {
    let mut concerns: Vec<Concern> = connections::problems(app)
        .into_iter()
        .filter(|(of, _)| *of == integration)
        .map(|(_, problem)| Concern::error(problem, "Correct it on the connection's page."))
        .collect();
    match integration {
        Integration::Slack => concerns.extend(undelivered(app).await?),
        Integration::Jira => {
            concerns.extend(oauth::concerns(app).await?);
            concerns.extend(unheard(app).await?);
        }
        Integration::Mcp => concerns.extend(server(app)),
        Integration::Confluence => {}
    }
    Ok(concerns)
}

/// Nothing was heard of tracked issues: neither a webhook nor a poll.
async fn unheard(app: &App) -> Result<Option<Concern>, StoreError> {
    let patience = app.settings().timings.jira_poll.saturating_mul(UNHEARD);
    let patience = TimeDelta::from_std(patience).unwrap_or(TimeDelta::MAX);
    let known = jira_inbound::load(app.store()).await?;
    let last = known.polled_at.max(known.last_webhook_at);
    let Some(silent) = last
        .map(|at| app.now() - at)
        .filter(|time| *time > patience)
    else {
        return Ok(None);
    };
    if tracked_state::followed(app.store()).await?.is_empty() {
        return Ok(None);
    }
    Ok(Some(Concern::degraded(
        format!(
            "Nothing was heard of tracked issues for {} minutes.",
            silent.num_minutes()
        ),
        "Check that Maro's Jira account may search; Maro goes on asking.",
    )))
}

/// What the connection to the MCP server says about itself.
fn server(app: &App) -> Option<Concern> {
    const STEP: &str = "Look at the server's last lines, its address or command, and its scopes.";
    let health = app.mcp()?.ok()?.health();
    let reason = health.reason?;
    match health.status {
        McpStatus::Healthy => None,
        McpStatus::Degraded => Some(Concern::degraded(reason, STEP)),
        McpStatus::Down => Some(Concern::error(reason, STEP)),
    }
}

/// Messages that could not be delivered: the channel is gone, archived, or Maro is not in it.
async fn undelivered(app: &App) -> Result<Option<Concern>, StoreError> {
    let since = app.now() - LATELY;
    let (messages, places) = outbox::count_dead_since(app.store(), since).await?;
    let told = |number: i64, one: &str, many: &str| match number {
        1 => format!("1 {one}"),
        _ => format!("{number} {many}"),
    };
    Ok((messages > 0).then(|| {
        Concern::degraded(
            format!(
                "{} to {} could not be delivered in the last 24 hours.",
                told(messages, "message", "messages"),
                told(places, "destination", "destinations")
            ),
            "Look at the outbox: it has the reason of each, and replays them.",
        )
    }))
}
