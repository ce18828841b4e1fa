//! Integrations: the systems that Maro talks to, by the names that people, tables and the API use.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A system that Maro talks to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Integration {
    /// Slack, by its Web API, Socket Mode or an incoming webhook.
    Slack,
    /// Jira, by REST.
    Jira,
    /// Confluence, by REST.
    Confluence,
    /// An MCP server as a second road to Jira and Confluence.
    Mcp,
}

impl Integration {
    /// All, in the order in which they are shown.
    pub const ALL: [Self; 4] = [Self::Slack, Self::Jira, Self::Confluence, Self::Mcp];

    /// The word that is stored and used in addresses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Slack => "slack",
            Self::Jira => "jira",
            Self::Confluence => "confluence",
            Self::Mcp => "mcp",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == text)
    }

    /// The name for people.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Slack => "Slack",
            Self::Jira => "Jira",
            Self::Confluence => "Confluence",
            Self::Mcp => "MCP server",
        }
    }
}

impl fmt::Display for Integration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
