//! How the connection to an MCP server does.
//!
//! Told from the process, its tools and the age of the call that is on its way. Not from a ping:
//! mcp-atlassian answers none while it works on a call, and answers it while no call would succeed.

use std::time::Duration;

/// The status in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum McpStatus {
    /// Connected, with every tool that the main job needs.
    Healthy,
    /// Something works, or may work soon.
    Degraded,
    /// Nothing works.
    Down,
}

impl McpStatus {
    /// The word in answers.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::Degraded => "degraded",
            Self::Down => "down",
        }
    }
}

/// How an MCP server does.
#[derive(Debug, Clone)]
pub struct McpHealth {
    /// The status.
    pub status: McpStatus,
    /// How long ago a call or a connection was last tried to its end.
    pub checked: Option<Duration>,
    /// How long the last one that worked took.
    pub latency: Option<Duration>,
    /// Why it is not healthy.
    pub reason: Option<String>,
    /// The last lines that the program wrote to its standard error.
    pub stderr: Vec<String>,
}
