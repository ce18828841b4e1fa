//! What speaks against a connection besides its last calls, collected from where it is known.
//!
//! A subsystem that learns something (a token that ends soon, a socket that is down) gives its
//! concerns in a function of its own, which [`of`] calls.

use chrono::TimeDelta;
use maro_atlassian::mcp::McpStatus;
use maro_core::health::{Concern, Place};
use maro_core::integrations::Integration;
use maro_store::{StoreError, outbox};

use crate::App;
use crate::connections;
use crate::health::news_of_jira;
use crate::oauth;
use crate::slack::{self, workspaces};

/// A message that failed longer ago is history, not health.
const LATELY: TimeDelta = TimeDelta::hours(24);

/// What to say where there is nobody to ask.
pub(super) fn unasked(app: &App, integration: Integration) -> Option<Concern> {
    match integration {
        Integration::Slack => workspaces::unasked(app),
        Integration::Jira | Integration::Confluence | Integration::Mcp => None,
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
        Integration::Slack => {
            concerns.extend(slack::unheard(app).await?);
            // What is over comes before what could not be delivered because of it.
            concerns.extend(workspaces::concerns(app).await?);
            concerns.extend(undelivered(app).await?);
        }
        Integration::Jira => {
            concerns.extend(oauth::concerns(app).await?);
            concerns.extend(unheard(app).await?);
        }
        Integration::Mcp => concerns.extend(server(app)),
        // One consent serves both, unless it leaves Confluence out.
        Integration::Confluence if connections::is_granted(app, integration) => {
            concerns.extend(oauth::concerns(app).await?);
        }
        Integration::Confluence => {}
    }
    Ok(concerns)
}

/// Nothing was heard of tracked issues: neither a webhook nor a poll.
async fn unheard(app: &App) -> Result<Option<Concern>, StoreError> {
    let news = news_of_jira(app).await?;
    Ok(news.silent_for.map(|silent| {
        Concern::degraded(
            format!(
                "Nothing was heard of tracked issues for {} minutes.",
                silent.num_minutes()
            ),
            "Check that Maro's Jira account may search; Maro goes on asking.",
        )
    }))
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
        .at(Place::Outbox)
    }))
}
