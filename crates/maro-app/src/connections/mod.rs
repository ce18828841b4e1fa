//! Connections: the clients for Slack and Jira that are in force now.
//!
//! They stand in a snapshot that is replaced as a whole when a configuration, a secret, a grant or
//! an installation changes. A caller takes an owned client and keeps it for one piece of work; the
//! next piece of work takes the next one. What was configured is in [`crate::settings`].
//!
//! **Invariant:** a connection that cannot be built is known with its reason and breaks no other one.

mod build;
mod jira;
mod snapshot;

use std::sync::Arc;

use maro_core::integrations::Integration;
use maro_slack::SlackClient;

use crate::App;
use crate::settings::{JiraSettings, SlackSettings};

pub(crate) use build::from_start_values;
pub use jira::Jira;
pub(crate) use snapshot::Current;

impl App {
    /// Jira, by the configured road.
    #[must_use]
    pub fn jira(&self) -> Option<Jira> {
        self.connections().now().jira.clone()?.ok()
    }

    /// The workspace that Maro was configured with.
    #[must_use]
    pub fn slack(&self) -> Option<SlackClient> {
        self.connections().now().slack.clone()?.ok()
    }

    /// The workspace with this id (`T…`).
    #[must_use]
    pub fn slack_for(&self, _team: &str) -> Option<SlackClient> {
        self.slack()
    }

    /// How Jira is reached now.
    #[must_use]
    pub fn jira_settings(&self) -> Option<Arc<JiraSettings>> {
        self.connections().now().settings.jira.clone()
    }

    /// How Slack is reached now.
    #[must_use]
    pub fn slack_settings(&self) -> Option<Arc<SlackSettings>> {
        self.connections().now().settings.slack.clone()
    }
}

/// The connections that are configured but cannot be built, and why.
#[must_use]
pub fn problems(app: &App) -> Vec<(Integration, String)> {
    let now = app.connections().now();
    let jira = now.jira.as_ref().and_then(|built| built.as_ref().err());
    let slack = now.slack.as_ref().and_then(|built| built.as_ref().err());
    let named = [(Integration::Slack, slack), (Integration::Jira, jira)];
    named
        .into_iter()
        .filter_map(|(integration, problem)| Some((integration, problem?.clone())))
        .collect()
}
