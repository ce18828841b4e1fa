//! Connections: the clients for Slack and Jira that are in force now.
//!
//! They stand in a snapshot that is replaced as a whole when a configuration, a secret, a grant or
//! an installation changes. A caller takes an owned client and keeps it for one piece of work; the
//! next piece of work takes the next one. What was configured is in [`crate::settings`].
//!
//! **Invariant:** a connection that cannot be built is known with its reason and breaks no other one.

mod build;
pub mod check;
pub mod config;
mod confluence;
mod effective;
pub mod fields;
mod granted;
mod guard;
mod jira;
mod mcp;
mod read;
mod reload;
mod settled;
mod snapshot;
mod start;
mod values;

use std::sync::Arc;
use std::time::Duration;

use maro_core::integrations::Integration;
use maro_slack::SlackClient;

use crate::App;
use crate::oauth::Road;
use crate::settings::{ConfluenceSettings, JiraSettings, McpSettings, SlackSettings};

pub(crate) use build::from_start_values;
pub use build::{open_confluence, open_jira, open_slack};
pub use confluence::Confluence;
pub use effective::LoadError;
pub use jira::Jira;
pub(crate) use mcp::McpRoad;
pub use mcp::open_mcp;
pub use read::FieldProblem;
pub(crate) use reload::reload_when_behind;
pub use reload::{load, reload};
pub(crate) use snapshot::Current;
pub use start::{StartSettings, read_start_values};
pub use values::Values;

impl App {
    /// Jira, by the configured road.
    #[must_use]
    pub fn jira(&self) -> Option<Jira> {
        self.connections().now().jira.clone()?.ok()
    }

    /// The site and the tokens of the OAuth grant, when one is in force.
    #[must_use]
    pub fn granted_road(&self) -> Option<Road> {
        self.connections().now().grant.clone()
    }

    /// Confluence, by the configured road.
    #[must_use]
    pub fn confluence(&self) -> Option<Confluence> {
        self.connections().now().confluence.clone()?.ok()
    }

    /// How long one create may take on the road in force.
    pub(crate) fn send_deadline(&self) -> Duration {
        let usual = self.settings().timings.send_deadline;
        let jira = self.jira();
        let mcp = jira.as_ref().and_then(Jira::mcp);
        mcp.map_or(usual, |mcp| mcp.write_limit().max(usual))
    }

    /// How long a claim to send holds; always longer than [`App::send_deadline`].
    pub(crate) fn send_lease(&self) -> Duration {
        let deadline = self.send_deadline();
        self.settings().timings.lease.max(deadline + deadline / 2)
    }

    /// The workspace that Maro was configured with.
    #[must_use]
    pub fn slack(&self) -> Option<SlackClient> {
        self.connections().now().slack.clone()?.ok()
    }

    /// The workspace with this id (`T…`): the installed one, else the one of the configured token.
    #[must_use]
    pub fn slack_for(&self, team: &str) -> Option<SlackClient> {
        let workspaces = self.workspaces();
        if workspaces.knows(team) {
            return workspaces.client(team);
        }
        self.slack()
    }

    /// How Jira is reached now.
    #[must_use]
    pub fn jira_settings(&self) -> Option<Arc<JiraSettings>> {
        self.connections().now().settings.jira.clone()?.ok()
    }

    /// How Slack is reached now.
    #[must_use]
    pub fn slack_settings(&self) -> Option<Arc<SlackSettings>> {
        self.connections().now().settings.slack.clone()?.ok()
    }

    /// How Confluence is reached now.
    #[must_use]
    pub fn confluence_settings(&self) -> Option<Arc<ConfluenceSettings>> {
        self.connections().now().settings.confluence.clone()?.ok()
    }

    /// How the MCP server is reached now.
    #[must_use]
    pub fn mcp_settings(&self) -> Option<Arc<McpSettings>> {
        self.connections().now().settings.mcp.clone()?.ok()
    }
}

/// Whether anything is set for an integration, be it of use or not.
#[must_use]
pub fn is_configured(app: &App, integration: Integration) -> bool {
    app.connections().now().is_configured(integration)
}

/// Whether a consent by OAuth is how an integration is reached.
#[must_use]
pub fn is_granted(app: &App, integration: Integration) -> bool {
    let grant = app.granted_road();
    grant.is_some_and(|road| match integration {
        Integration::Jira => true,
        Integration::Confluence => road.reaches_confluence,
        Integration::Slack | Integration::Mcp => false,
    })
}

/// The connections that are configured but cannot be built, and why.
#[must_use]
pub fn problems(app: &App) -> Vec<(Integration, String)> {
    app.connections().now().problems()
}
