//! How an MCP server is reached: as a child process, or over HTTP.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;
use url::Url;

use super::profile::Profile;
use crate::AccessTokens;
use crate::outbound::Outbound;

/// How to reach one MCP server.
#[derive(Debug, Clone)]
pub struct McpConfig {
    /// Which server it is.
    pub profile: Profile,
    /// Where it is.
    pub transport: McpTransport,
    /// The site that the hosted server is to work on: its cloud id, or its address.
    pub cloud_id: Option<String>,
    /// How long things may take.
    pub limits: McpLimits,
}

/// Where an MCP server is.
#[derive(Debug, Clone)]
pub enum McpTransport {
    /// A child process that speaks over its standard input and output.
    Command(McpCommand),
    /// A server with streamable HTTP.
    Http {
        /// Its address.
        url: Url,
        /// How requests prove who they are.
        auth: McpAuth,
        /// Whether the address was typed, and so must be public.
        outbound: Outbound,
    },
}

/// A child process. It sees this environment and nothing of ours.
#[derive(Debug, Clone)]
pub struct McpCommand {
    /// The program; looked for in the `PATH` of `environment`.
    pub program: String,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// Its environment.
    pub environment: BTreeMap<String, SecretString>,
    /// Its home and working directory; created when it is missing.
    pub home: PathBuf,
}

/// How requests to an MCP server prove who they are.
#[derive(Debug, Clone)]
pub enum McpAuth {
    /// Not at all: the server has credentials of its own.
    Anonymous,
    /// The same `Authorization` header each time: `Basic …`, `Bearer …`, `Token …`.
    Header(SecretString),
    /// The access tokens of a grant, one per request.
    Tokens(AccessTokens),
}

/// How long things may take.
#[derive(Debug, Clone, Copy)]
pub struct McpLimits {
    /// From starting the program to its list of tools. The first start downloads and compiles.
    pub connect: Duration,
    /// A call that changes nothing.
    pub read: Duration,
    /// A call that changes something.
    pub write: Duration,
}

impl Default for McpLimits {
    fn default() -> Self {
        Self {
            connect: Duration::from_mins(1),
            read: Duration::from_secs(45),
            write: Duration::from_secs(90),
        }
    }
}
