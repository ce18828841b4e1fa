//! The MCP server in `maro doctor`: connected for real, its tools and their arguments checked.
//!
//! `--help` of a program and a ping of a server work while no call does, so this goes through the
//! whole handshake, as the server itself does at every connection.

use std::time::Duration;

use maro_app::{App, connections};
use maro_atlassian::mcp::{McpClient, McpHealth};
use tokio_util::task::TaskTracker;

use super::report::{Report, good, note};
use crate::config::Config;

/// How many of the program's last lines are shown.
const LINES: usize = 5;
/// How long the end of the program is waited for.
const LAST_MOMENTS: Duration = Duration::from_secs(10);

/// Checks the MCP server that counts; without a database the operator's, which then has no grant.
pub(super) async fn check(config: &Config, app: Option<&App>, report: &mut Report) {
    let tasks = TaskTracker::new();
    let server = match app {
        Some(app) => app.mcp(),
        None => connections::open_mcp(&config.connections, &config.mcp_host, tasks.clone()),
    };
    match server {
        Some(Ok(client)) => {
            check_server(&client, report).await;
            client.close().await;
        }
        Some(Err(reason)) => report.bad(
            &format!("mcp: {reason}"),
            "correct the server's address, command or profile on its page or in MARO_MCP_…",
        ),
        None => note("mcp: not configured (MARO_MCP_URL or MARO_MCP_COMMAND)"),
    }
    tasks.close();
    let _ = tokio::time::timeout(LAST_MOMENTS, tasks.wait()).await;
}

async fn check_server(client: &McpClient, report: &mut Report) {
    let probed = client.probe().await;
    let health = client.health();
    match probed {
        Ok(latency) => {
            let milliseconds = latency.as_millis();
            let server = health.server.as_deref().unwrap_or("without a name");
            good(&format!(
                "mcp: {} is connected after {milliseconds} ms; it calls itself {server}",
                client.profile().title()
            ));
            check_tools(&health, report);
        }
        Err(err) => {
            report.bad(&format!("mcp: {err}"), err.next_step());
            let lines = &health.stderr;
            for line in &lines[lines.len().saturating_sub(LINES)..] {
                note(&format!("mcp: its program wrote: {line}"));
            }
        }
    }
}

fn check_tools(health: &McpHealth, report: &mut Report) {
    for gap in &health.gaps {
        if gap.is_essential {
            report.bad(
                &format!("mcp: {}", gap.sentence),
                "give the account or token the scopes for this tool, or use the version of the \
                 server that Maro was made for",
            );
        } else {
            note(&format!("mcp: {}", gap.sentence));
        }
    }
    if health.gaps.is_empty() {
        good("mcp: every tool is there and takes what Maro gives");
    }
}
