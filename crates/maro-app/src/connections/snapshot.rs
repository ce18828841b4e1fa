//! The snapshot of all connections, and the place where the current one stands.

use std::sync::{Arc, PoisonError, RwLock};

use maro_core::integrations::Integration;
use maro_slack::SlackClient;
use url::Url;

use super::{Confluence, Jira};
use crate::oauth::Road;
use crate::settings::{ConfluenceSettings, JiraSettings, McpSettings, SlackSettings};
use crate::slack::workspaces::Workspaces;

/// Something built, or the sentence that says why there is none.
pub(super) type Built<T> = Result<T, String>;

/// Everything that is connected at one moment. `None`: not configured.
#[derive(Debug)]
pub(crate) struct Snapshot {
    /// The version of the stored connections that this was built from.
    pub(super) version: i64,
    /// What the clients were built from.
    pub(super) settings: Effective,
    pub(super) jira: Option<Built<Jira>>,
    pub(super) confluence: Option<Built<Confluence>>,
    pub(super) slack: Option<Built<SlackClient>>,
    /// The workspaces that the app was installed in.
    pub(super) workspaces: Arc<Workspaces>,
    /// The OAuth grant in force.
    pub(super) grant: Option<Road>,
}

/// What is in force: the stored configuration over the operator's.
#[derive(Debug, Clone, Default)]
pub(crate) struct Effective {
    pub(super) slack: Option<Built<Arc<SlackSettings>>>,
    pub(super) jira: Option<Built<Arc<JiraSettings>>>,
    pub(super) confluence: Option<Built<Arc<ConfluenceSettings>>>,
    pub(super) mcp: Option<Built<Arc<McpSettings>>>,
}

impl Effective {
    /// The address of Slack, when Slack is configured.
    pub(super) fn slack_api_url(&self) -> Option<&Url> {
        let slack = self.slack.as_ref()?.as_ref().ok()?;
        Some(&slack.api_url)
    }
}

impl Snapshot {
    /// The site and the account that Jira's metadata were read with.
    pub(super) fn target(&self) -> Option<(&Url, &str)> {
        let jira = self.jira.as_ref()?.as_ref().ok()?;
        Some((jira.rest().site(), jira.acting_identity()))
    }

    /// Whether anything is set for an integration, be it of use or not.
    pub(super) fn is_configured(&self, integration: Integration) -> bool {
        match integration {
            Integration::Slack => self.settings.slack.is_some(),
            Integration::Jira => self.settings.jira.is_some(),
            Integration::Confluence => self.settings.confluence.is_some(),
            Integration::Mcp => self.settings.mcp.is_some(),
        }
    }

    /// What is configured but cannot be built, and why.
    pub(super) fn problems(&self) -> Vec<(Integration, String)> {
        let named = [
            (Integration::Slack, reason(self.slack.as_ref())),
            (Integration::Jira, reason(self.jira.as_ref())),
            (Integration::Confluence, reason(self.confluence.as_ref())),
            (Integration::Mcp, reason(self.settings.mcp.as_ref())),
        ];
        let problems = named.into_iter();
        problems
            .filter_map(|(integration, reason)| Some((integration, reason?)))
            .collect()
    }
}

fn reason<T>(built: Option<&Built<T>>) -> Option<String> {
    built?.as_ref().err().cloned()
}

/// The place where the current snapshot stands.
#[derive(Debug)]
pub(crate) struct Current(RwLock<Arc<Snapshot>>);

impl Current {
    pub(crate) fn new(snapshot: Snapshot) -> Self {
        Self(RwLock::new(Arc::new(snapshot)))
    }

    /// The snapshot that is in force now.
    pub(crate) fn now(&self) -> Arc<Snapshot> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The version of what is stored that the snapshot in force was built from.
    pub(crate) fn version(&self) -> i64 {
        self.now().version
    }

    /// The workspaces that the app was installed in.
    pub(crate) fn workspaces(&self) -> Arc<Workspaces> {
        Arc::clone(&self.now().workspaces)
    }

    /// Puts a snapshot in force, unless a newer one already is. Returns the one before.
    pub(super) fn replace(&self, snapshot: Snapshot) -> Arc<Snapshot> {
        let mut current = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let before = Arc::clone(&current);
        if snapshot.version >= before.version {
            *current = Arc::new(snapshot);
        }
        before
    }
}
