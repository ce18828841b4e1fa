//! One connection to an MCP server: started, initialized for real, its tools checked.
//!
//! A health check that only asks for `--help` or pings would be green while no call works, so a
//! connection counts only after `initialize` and the whole list of tools.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use rmcp::ServiceExt;
use rmcp::handler::client::ClientHandler;
use rmcp::model::{
    CallToolRequest, CallToolRequestParams, ClientCapabilities, ClientConfig, ClientRequest,
    Implementation, ListToolsRequest, PaginatedRequestParams, ProtocolVersion, ServerResult, Tool,
};
use rmcp::service::{
    ClientInitializeError, NotificationContext, PeerRequestOptions, RoleClient, RunningService,
};
use rmcp::transport::StreamableHttpClientTransport;
use rmcp::transport::streamable_http_client::{
    StreamableHttpClientTransportConfig, StreamableHttpError,
};
use serde_json::{Map, Value};
use tokio::time::{Instant, timeout_at};
use tokio_util::task::TaskTracker;

use super::answer::{self, Trouble};
use super::child::Child;
use super::config::{McpCommand, McpConfig, McpTransport};
use super::failure::CallError;
use super::http::{Http, HttpFailure};
use super::profile::Profile;
use super::said::presentable;
use super::stderr::{Tail, hint};
use super::tools::Tools;
use crate::client::ANSWER_LIMIT;
use crate::rest::UnknownReason;

/// A list of tools that goes on behind this many pages is cut.
const MOST_PAGES: usize = 50;

/// A live connection.
#[derive(Debug)]
pub(super) struct Connection {
    profile: Profile,
    service: Mutex<Option<RunningService<RoleClient, Listener>>>,
    peer: rmcp::Peer<RoleClient>,
    child: Mutex<Option<Child>>,
    tools: RwLock<Tools>,
    list_changed: Arc<AtomicBool>,
}

/// Listens to what the server says by itself.
#[derive(Debug, Clone)]
struct Listener {
    list_changed: Arc<AtomicBool>,
}

impl ClientHandler for Listener {
    fn get_info(&self) -> ClientConfig {
        let us = Implementation::new("maro", env!("CARGO_PKG_VERSION"));
        // The newest version has no handshake; both servers know this one.
        ClientConfig::new(ClientCapabilities::default(), us)
            .with_protocol_version(ProtocolVersion::V_2025_11_25)
    }

    fn on_tool_list_changed(
        &self,
        _context: NotificationContext<RoleClient>,
    ) -> impl Future<Output = ()> + Send + '_ {
        self.list_changed.store(true, Ordering::Release);
        std::future::ready(())
    }
}

/// Why no connection came about, for people.
#[derive(Debug, Clone)]
pub(super) struct NoConnection {
    pub(super) reason: String,
}

impl Connection {
    /// Connects, and reads and checks the list of tools.
    pub(super) async fn open(
        config: &McpConfig,
        tail: &Tail,
        tasks: &TaskTracker,
    ) -> Result<Self, NoConnection> {
        let deadline = Instant::now() + config.limits.connect;
        let list_changed = Arc::new(AtomicBool::new(false));
        let listener = Listener {
            list_changed: Arc::clone(&list_changed),
        };
        let (service, child) = match &config.transport {
            McpTransport::Command(command) => {
                let (service, child) = over_pipes(command, listener, tail, tasks, deadline).await?;
                (service, Some(child))
            }
            McpTransport::Http {
                url,
                auth,
                outbound,
            } => {
                let http = Http::new(auth.clone(), config.cloud_id.as_deref(), outbound)
                    .map_err(|_| no_connection("the HTTP client could not be built"))?;
                (
                    over_http(url.as_str(), http, listener, deadline).await?,
                    None,
                )
            }
        };
        let connection = Self {
            profile: config.profile,
            peer: service.peer().clone(),
            service: Mutex::new(Some(service)),
            child: Mutex::new(child),
            tools: RwLock::default(),
            list_changed,
        };
        match connection.read_tools(deadline).await {
            Ok(()) => Ok(connection),
            Err(err) => {
                connection.end().await;
                let reason = format!("the list of tools could not be read: {}", err.of_read());
                Err(NoConnection { reason })
            }
        }
    }

    /// What the server calls itself, and the version of the protocol.
    pub(super) fn server(&self) -> Option<String> {
        let told = self.peer.peer_info()?;
        let server = told.server_info.as_ref()?;
        Some(presentable(&format!(
            "{} {}, protocol {}",
            server.name, server.version, told.protocol_version
        )))
    }

    /// Whether it can still be used.
    pub(super) fn is_alive(&self) -> bool {
        !self.peer.is_transport_closed() && self.ended().is_none()
    }

    /// How the child ended, when there is one and it has.
    pub(super) fn ended(&self) -> Option<String> {
        let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        child.as_mut()?.ended()
    }

    /// The tools as they were last listed.
    pub(super) fn tools(&self) -> Tools {
        self.tools
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Reads the tools again when the server has said that they changed.
    pub(super) async fn keep_tools_current(&self, deadline: Instant) -> Result<(), CallError> {
        if self.list_changed.swap(false, Ordering::AcqRel) {
            let read = self.read_tools(deadline).await;
            if read.is_err() {
                self.list_changed.store(true, Ordering::Release);
            }
            return read;
        }
        Ok(())
    }

    /// Reads all pages of the list of tools and checks them.
    pub(super) async fn read_tools(&self, deadline: Instant) -> Result<(), CallError> {
        let mut all: Vec<Tool> = Vec::new();
        let mut cursor = None;
        for _ in 0..MOST_PAGES {
            let next: Option<String> = cursor.take();
            let request = ListToolsRequest {
                params: next.map(|next| PaginatedRequestParams::default().with_cursor(Some(next))),
                ..ListToolsRequest::default()
            };
            let request = ClientRequest::ListToolsRequest(request);
            let ServerResult::ListToolsResult(page) = self.request(request, deadline).await? else {
                return Err(CallError::Lost(UnknownReason::UnreadableAnswer));
            };
            all.extend(page.tools);
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        let listed = all
            .iter()
            .map(|tool| (tool.name.as_ref(), tool.input_schema.as_ref()));
        let tools = Tools::check(self.profile, listed);
        *self.tools.write().unwrap_or_else(PoisonError::into_inner) = tools;
        Ok(())
    }

    /// Calls a tool once. What comes back is a value or what is known about its absence.
    pub(super) async fn call(
        &self,
        tool: String,
        arguments: Map<String, Value>,
        deadline: Instant,
    ) -> Result<Value, CallError> {
        let params = CallToolRequestParams::new(tool).with_arguments(arguments);
        let request = ClientRequest::CallToolRequest(CallToolRequest::new(params));
        match self.request(request, deadline).await? {
            ServerResult::CallToolResult(result) => {
                answer::value(&result).map_err(|trouble| match trouble {
                    Trouble::Said(text) => CallError::Said(text),
                    Trouble::Unreadable(text) => {
                        tracing::warn!(said = text, "a tool's answer could not be read");
                        CallError::Lost(UnknownReason::UnreadableAnswer)
                    }
                })
            }
            _ => Err(CallError::Lost(UnknownReason::UnreadableAnswer)),
        }
    }

    async fn request(
        &self,
        request: ClientRequest,
        deadline: Instant,
    ) -> Result<ServerResult, CallError> {
        if self.peer.is_transport_closed() {
            return Err(CallError::not_sent("the MCP server has hung up"));
        }
        let answer = async {
            let handle = self
                .peer
                .send_request_with_option(request, PeerRequestOptions::no_options())
                .await?;
            handle.await_response().await
        };
        // Not rmcp's own time-out: it would wait for a cancellation to be written, which a server
        // that hangs does not take.
        match timeout_at(deadline, answer).await {
            Ok(answer) => Ok(answer?),
            Err(_) => Err(CallError::Lost(UnknownReason::TimedOut)),
        }
    }

    /// Ends the conversation, and the child for sure.
    pub(super) async fn end(&self) {
        let service = take(&self.service);
        let child = take(&self.child);
        if let Some(service) = service {
            service.cancellation_token().cancel();
        }
        if let Some(child) = child {
            child.end().await;
        }
    }
}

fn take<T>(from: &Mutex<Option<T>>) -> Option<T> {
    from.lock().unwrap_or_else(PoisonError::into_inner).take()
}

fn no_connection(reason: impl Into<String>) -> NoConnection {
    NoConnection {
        reason: reason.into(),
    }
}

async fn over_pipes(
    command: &McpCommand,
    listener: Listener,
    tail: &Tail,
    tasks: &TaskTracker,
    deadline: Instant,
) -> Result<(RunningService<RoleClient, Listener>, Child), NoConnection> {
    let (mut child, pipes) = Child::start(command, tail, tasks).map_err(|err| {
        let reason = format!("{:?} could not be started: {err}", command.program);
        NoConnection { reason }
    })?;
    let reason = match timeout_at(deadline, listener.serve(pipes)).await {
        Ok(Ok(service)) => return Ok((service, child)),
        Ok(Err(_)) => child
            .ended()
            .unwrap_or_else(|| "the program does not speak MCP".into()),
        Err(_) => "the program did not answer in time".into(),
    };
    child.end().await;
    let lines = tail.lines();
    let detail = hint(&lines)
        .map(str::to_owned)
        .or_else(|| lines.last().map(|line| format!("Its last line: {line}")));
    let detail = detail.map_or(String::new(), |detail| format!(". {detail}"));
    Err(no_connection(format!("{reason}{detail}")))
}

async fn over_http(
    url: &str,
    http: Http,
    listener: Listener,
    deadline: Instant,
) -> Result<RunningService<RoleClient, Listener>, NoConnection> {
    let config = StreamableHttpClientTransportConfig::with_uri(url)
        .max_sse_event_size(ANSWER_LIMIT)
        // It would send a call a second time. A new session is our matter, and so is the call.
        .reinit_on_expired_session(false);
    let transport = StreamableHttpClientTransport::with_client(http, config);
    match timeout_at(deadline, listener.serve(transport)).await {
        Ok(Ok(service)) => Ok(service),
        Ok(Err(err)) => Err(no_connection(handshake(err))),
        Err(_) => Err(no_connection("the MCP server did not answer in time")),
    }
}

fn handshake(err: ClientInitializeError) -> String {
    if let ClientInitializeError::TransportError { error, .. } = err
        && let Ok(failed) = error.error.downcast::<StreamableHttpError<HttpFailure>>()
    {
        return match *failed {
            StreamableHttpError::Client(failure) => failure.to_string(),
            StreamableHttpError::HttpStatus(err) => {
                format!("the MCP server answered with HTTP {}", err.status)
            }
            _ => "the MCP server does not speak MCP at this address".into(),
        };
    }
    "the MCP server does not speak MCP at this address".into()
}
