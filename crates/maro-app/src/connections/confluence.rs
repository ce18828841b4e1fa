//! Confluence behind one face, as [`super::Jira`] is for Jira.

use maro_atlassian::confluence::ConfluenceClient;

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

    /// The REST client.
    #[must_use]
    pub fn rest(&self) -> &ConfluenceClient {
        &self.rest
    }
}
