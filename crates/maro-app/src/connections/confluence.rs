//! Confluence behind one face, as [`super::Jira`] is for Jira.

use maro_atlassian::confluence::ConfluenceClient;
use maro_core::calls::Observer;

/// A connection to Confluence. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct Confluence {
    rest: ConfluenceClient,
}

impl Confluence {
    /// Everything goes by REST.
    pub(super) fn by_rest(rest: ConfluenceClient) -> Self {
        Self { rest }
    }

    /// Tells `observer` about every call from now on.
    #[must_use]
    pub(super) fn observed_by(self, observer: Observer) -> Self {
        Self {
            rest: self.rest.observed_by(observer),
        }
    }

    /// The REST client.
    #[must_use]
    pub fn rest(&self) -> &ConfluenceClient {
        &self.rest
    }
}
