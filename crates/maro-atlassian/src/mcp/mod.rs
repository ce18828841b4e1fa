//! MCP servers as a second road to Jira and Confluence: mcp-atlassian, and Atlassian's hosted server.
//!
//! [`McpClient`] connects when it is first needed, checks the tools, and connects again with growing
//! pauses when a connection ends. A call has a deadline; when it passes, the connection (and the
//! child behind it) is given up, because what hangs there may still reach Jira. One file per call;
//! `profile` has the differences between the servers, `said` what a text proves.
//!
//! Differences to REST that callers must know:
//! * These servers take Markdown and convert it themselves. So what is approved for this road has its
//!   description as Markdown text, and that text is what is sent; what Jira made of it is compared
//!   loosely afterwards, and differences are told ([`crate::rest::CreatedIssue::differences`]).
//! * They cannot set issue properties: an issue is found again by the marker's label alone.
//! * Links are built from the site's address, never from what a server answers.
//!
//! **Invariants:** a write is handed to a server at most once, by one connection; nothing here repeats
//! it. What a server says is text from outside: bounded, on one line, without addresses.

mod add_comment;
mod answer;
mod child;
mod config;
mod connection;
mod create_issue;
mod differences;
mod failure;
mod health;
mod http;
mod issue;
mod link;
mod markdown;
mod pages;
mod profile;
mod said;
mod search;
mod stderr;
mod told;
mod tools;
mod transition_to;
mod update_issue;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use maro_core::calls::Observer;
use serde_json::{Map, Value, json};
use tokio::time::{Instant, timeout, timeout_at};
use tokio_util::task::TaskTracker;

pub use config::{McpAuth, McpCommand, McpConfig, McpLimits, McpTransport};
pub use health::{McpGap, McpHealth, McpStatus};
pub use markdown::sections;
pub use profile::{Profile, Tool, UnknownProfile};

use failure::CallError;
use link::Link;
use tools::Offer;

use crate::JiraClient;
use crate::observed::observe;
use crate::rest::JiraError;

/// How long the end of a client waits for calls on their way.
const LAST_CALLS: Duration = Duration::from_secs(15);

/// A client for one MCP server. Cloning is cheap; the clones share one connection.
#[derive(Clone)]
pub struct McpClient {
    link: Arc<Link>,
    /// The same site by REST: it probes before a create and reads back after it.
    rest: Option<JiraClient>,
    observer: Observer,
}

impl fmt::Debug for McpClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("McpClient")
            .field("profile", &self.profile())
            .finish_non_exhaustive()
    }
}

impl McpClient {
    /// A client for a server. Nothing is started yet; `tasks` waits for what will be.
    #[must_use]
    pub fn new(config: McpConfig, rest: Option<JiraClient>, tasks: TaskTracker) -> Self {
        Self {
            link: Arc::new(Link::new(config, tasks)),
            rest,
            observer: Observer::default(),
        }
    }

    /// Tells `observer` about every call from now on.
    #[must_use]
    pub fn observed_by(self, observer: Observer) -> Self {
        Self { observer, ..self }
    }

    /// Which server it is.
    #[must_use]
    pub fn profile(&self) -> Profile {
        self.link.config().profile
    }

    /// How long a create may take.
    #[must_use]
    pub fn write_limit(&self) -> Duration {
        self.link.config().limits.write
    }

    /// Connects unless it is connected, and reads the list of tools; the time that took.
    pub async fn probe(&self) -> Result<Duration, JiraError> {
        let limit = self.link.config().limits.connect;
        let probe = self.link.probe(Instant::now() + limit);
        let read = observe(&self.observer, "tools/list", probe).await;
        read.map_err(CallError::of_read)
    }

    /// How the connection does, from what is known without asking.
    #[must_use]
    pub fn health(&self) -> McpHealth {
        self.link.health()
    }

    /// Ends the connection when the calls on their way have ended; the next call begins another one.
    pub async fn close(&self) {
        let all = self.profile().calls_at_a_time();
        let all = u32::try_from(all).unwrap_or(u32::MAX);
        let _turns = timeout(LAST_CALLS, self.link.turns().acquire_many(all)).await;
        self.link.close().await;
    }

    /// Calls a tool with the arguments that `build` makes for what the server offers.
    async fn call(
        &self,
        tool: Tool,
        deadline: Instant,
        build: impl FnOnce(&Offer) -> Map<String, Value>,
    ) -> Result<Value, CallError> {
        let call = self.call_in_turn(tool, deadline, build);
        observe(&self.observer, tool.kind(), call).await
    }

    async fn call_in_turn(
        &self,
        tool: Tool,
        deadline: Instant,
        build: impl FnOnce(&Offer) -> Map<String, Value>,
    ) -> Result<Value, CallError> {
        let busy = || CallError::not_sent("the MCP server is busy with other calls");
        let Ok(Ok(_turn)) = timeout_at(deadline, self.link.turns().acquire()).await else {
            return Err(busy());
        };
        let connection = self.link.open(deadline).await?;
        let result = async {
            connection.keep_tools_current(deadline).await?;
            let tools = connection.tools();
            let offer = tools.find(tool).map_err(CallError::Missing)?;
            let (name, arguments) = self.addressed(offer, build(offer));
            let _under_way = self.link.under_way(tool);
            connection.call(name, arguments, deadline).await
        }
        .await;
        self.link.learn(&connection, result.as_ref().err());
        result
    }

    /// Adds the site for the hosted server, and wraps a call that goes through another tool.
    fn addressed(
        &self,
        offer: &Offer,
        mut arguments: Map<String, Value>,
    ) -> (String, Map<String, Value>) {
        let cloud_id = self.link.config().cloud_id.as_deref();
        if let Some(inner) = offer.inner {
            let wrapped = json!({"name": inner, "cloudId": cloud_id, "inputs": arguments});
            let Value::Object(wrapped) = wrapped else {
                return (offer.name.clone(), Map::new());
            };
            return (offer.name.clone(), wrapped);
        }
        if self.profile() != Profile::Sooperset {
            arguments.insert("cloudId".into(), json!(cloud_id));
        }
        (offer.name.clone(), arguments)
    }
}

/// A JSON object from its members.
fn object<const N: usize>(members: [(&str, Value); N]) -> Map<String, Value> {
    members
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}
