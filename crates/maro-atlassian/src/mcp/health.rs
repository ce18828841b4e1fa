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

/// Something that a server cannot be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct McpGap {
    /// What for, and what is wrong with the tool, in one sentence.
    pub sentence: String,
    /// Whether the main job stands still.
    pub is_essential: bool,
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
    /// Whether there is a connection now.
    pub is_connected: bool,
    /// What the server calls itself, and the version of the protocol. It is no version of the product:
    /// mcp-atlassian tells that of the library below it.
    pub server: Option<String>,
    /// What the server cannot be asked for, and why; first what the main job needs.
    pub gaps: Vec<McpGap>,
    /// The last lines that the program wrote to its standard error.
    pub stderr: Vec<String>,
}
