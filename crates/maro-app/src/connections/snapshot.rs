//! The snapshot of all connections, and the place where the current one stands.

use std::sync::{Arc, PoisonError, RwLock};

use maro_slack::SlackClient;

use super::Jira;
use crate::settings::{JiraSettings, SlackSettings};

/// A client, or the sentence that says why there is none.
pub(super) type Built<T> = Result<T, String>;

/// Everything that is connected at one moment. `None`: not configured.
#[derive(Debug)]
pub(crate) struct Snapshot {
    /// What the clients were built from.
    pub(super) settings: Effective,
    pub(super) jira: Option<Built<Jira>>,
    pub(super) slack: Option<Built<SlackClient>>,
}

/// What is in force: the stored configuration over the environment's.
#[derive(Debug, Clone, Default)]
pub(crate) struct Effective {
    pub(super) slack: Option<Arc<SlackSettings>>,
    pub(super) jira: Option<Arc<JiraSettings>>,
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
}
