//! How the road through an MCP server does: its own health, and Jira's answer behind it.

use std::time::Duration;

use chrono::{DateTime, Utc};
use maro_atlassian::mcp::McpStatus;
use maro_core::health::HealthStatus;
use maro_core::integrations::Integration;

use super::latest;
use crate::App;

/// How the MCP server does.
#[derive(Debug, Clone)]
pub struct McpReport {
    /// `healthy`, `degraded` or `down`.
    pub status: &'static str,
    /// When it was last tried.
    pub last_check: Option<DateTime<Utc>>,
    /// How long the last try that worked took.
    pub latency: Option<Duration>,
    /// Why it is not healthy.
    pub reason: Option<String>,
    /// The last lines that its program wrote to standard error.
    pub log: Vec<String>,
}

/// Reports on the MCP server; `None` when there is none.
#[must_use]
pub fn mcp(app: &App) -> Option<McpReport> {
    let client = match app.mcp()? {
        Ok(client) => client,
        Err(reason) => return Some(unusable(reason)),
    };
    let health = client.health();
    let ago = health
        .checked
        .and_then(|ago| chrono::Duration::from_std(ago).ok());
    let report = McpReport {
        status: health.status.as_str(),
        last_check: ago.map(|ago| app.now() - ago),
        latency: health.latency,
        reason: health.reason,
        log: health.stderr,
    };
    // A server that is well is of little use while Jira does not answer.
    match jira_failure(app) {
        Some(failure) if health.status == McpStatus::Healthy => Some(McpReport {
            status: McpStatus::Degraded.as_str(),
            reason: Some(failure),
            ..report
        }),
        _ => Some(report),
    }
}

fn unusable(reason: String) -> McpReport {
    McpReport {
        status: McpStatus::Down.as_str(),
        last_check: None,
        latency: None,
        reason: Some(reason),
        log: Vec::new(),
    }
}

fn jira_failure(app: &App) -> Option<String> {
    let jira = latest(app)
        .into_iter()
        .find(|health| health.integration == Integration::Jira)?;
    let failing = jira.verdict.status == HealthStatus::Error;
    let failure = jira.last_failure.filter(|_| failing)?;
    Some(format!("Jira itself does not answer: {}", failure.sentence))
}
