//! Trying an MCP server out.

use std::time::Duration;

use maro_atlassian::mcp::{McpAuth, McpClient, McpConfig, McpLimits, McpTransport};
use maro_atlassian::outbound::Outbound;
use maro_atlassian::sentences::with_next_step;

use super::Finding;
use crate::App;
use crate::settings::{McpLogin, McpPlace, McpSettings};

/// A person waits for the answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// Connects to the server and compares its tools with what Maro needs.
pub(super) async fn check_mcp(
    app: &App,
    settings: &McpSettings,
    outbound: Outbound,
) -> Vec<Finding> {
    let (McpPlace::Http(url), Some(auth)) = (&settings.place, auth(&settings.login)) else {
        return vec![Finding::note(
            "This server is tried out while Maro works with it; /api/v1/jira/mcp/health tells how it does.",
        )];
    };
    let Ok(profile) = settings.profile.parse() else {
        return vec![Finding::bad(
            "This version knows no such server.",
            "Choose another profile.",
        )];
    };
    let config = McpConfig {
        profile,
        transport: McpTransport::Http {
            url: url.clone(),
            auth,
            outbound,
        },
        cloud_id: None,
        limits: McpLimits {
            connect: PATIENCE,
            ..McpLimits::default()
        },
    };
    let client = McpClient::new(config, None, app.tasks().clone());
    let probed = client.probe().await;
    let complaint = client.health().reason;
    client.close().await;
    vec![match probed {
        Ok(_) if complaint.is_some() => Finding::bad(
            format!("The server is {}.", complaint.unwrap_or_default()),
            "Give the token the scopes for what is missing, or use another version of the server.",
        ),
        Ok(latency) => Finding::good(format!(
            "{} answers within {} ms and has the tools that Maro needs.",
            profile.title(),
            latency.as_millis()
        )),
        Err(err) => Finding::bad(with_next_step(&err.to_string(), ""), err.next_step()),
    }]
}

/// How requests prove who they are; `None` where only the running connection has the tokens.
fn auth(login: &McpLogin) -> Option<McpAuth> {
    match login {
        McpLogin::Anonymous => Some(McpAuth::Anonymous),
        McpLogin::Header(value) => Some(McpAuth::Header(value.clone())),
        McpLogin::OAuth => None,
    }
}
