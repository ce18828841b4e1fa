//! Streamable HTTP with proofs of identity per request, and with failures that say what was sent.
//!
//! The protocol is rmcp's; this wraps its HTTP client. A call of a tool has a fresh connection, like
//! every write (see [`crate::client::once`]). A 401 is proof that nothing was done, so a grant's
//! request is sent once more with another token.
//!
//! **Invariant:** the token is in the `Authorization` header, marked as sensitive, and nowhere else.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::BoxStream;
use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue};
use rmcp::model::{ClientJsonRpcMessage, ClientRequest, JsonRpcMessage};
use rmcp::transport::streamable_http_client::{
    HttpStatusError, SseError, StreamableHttpClient, StreamableHttpError,
    StreamableHttpPostResponse,
};
use secrecy::{ExposeSecret, SecretString};
use sse_stream::Sse;

use super::config::McpAuth;
use super::failure::UNAUTHORIZED;
use crate::client;
use crate::credentials::TokenError;
use crate::outbound::Outbound;

/// The deadline of a call is its caller's; a stream of notifications stays open.
const LONG: Duration = Duration::from_hours(24);
const CLOUD_ID: HeaderName = HeaderName::from_static("x-atlassian-cloud-id");

type Headers = HashMap<HeaderName, HeaderValue>;
type Failed = StreamableHttpError<HttpFailure>;

/// Why a request to the MCP server's address failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum HttpFailure {
    /// No connection came about.
    #[error("the MCP server could not be reached")]
    NotSent(#[source] reqwest::Error),
    /// The connection broke after writing had begun.
    #[error("the connection to the MCP server broke")]
    Lost(#[source] reqwest::Error),
    /// The credentials were not accepted, or there are none; nothing was done.
    #[error("{UNAUTHORIZED}")]
    Unauthorized,
    /// There is no access token; nothing was sent.
    #[error(transparent)]
    NoToken(TokenError),
    /// The account may not use the server; nothing was done.
    #[error("the MCP server does not let Maro in: {0}")]
    Forbidden(String),
    /// Another status that is an answer of HTTP and not of the protocol.
    #[error("the MCP server answered with HTTP {0}")]
    Status(u16),
    /// An answer in another form.
    #[error("the MCP server's answer was not understood: {0}")]
    Unexpected(String),
}

/// The HTTP client of one server.
#[derive(Clone)]
pub(super) struct Http {
    reads: reqwest::Client,
    calls: reqwest::Client,
    auth: McpAuth,
    cloud_id: Option<HeaderValue>,
}

impl Http {
    pub(super) fn new(
        auth: McpAuth,
        cloud_id: Option<&str>,
        outbound: &Outbound,
    ) -> reqwest::Result<Self> {
        Ok(Self {
            reads: client::repeatable_through(outbound, LONG)?,
            calls: client::once_through(outbound, LONG)?,
            auth,
            cloud_id: cloud_id.and_then(|id| HeaderValue::from_str(id).ok()),
        })
    }

    /// The proof of identity for one request; `rejected` is the one that was answered with 401.
    async fn proof(&self, rejected: Option<SecretString>) -> Result<Proof, Failed> {
        match &self.auth {
            McpAuth::Anonymous => Ok(Proof::default()),
            McpAuth::Header(value) => Ok(Proof {
                header: Some(sensitive(value.expose_secret())?),
                token: None,
            }),
            McpAuth::Tokens(tokens) => {
                let token = match rejected {
                    None => tokens.current().await,
                    Some(rejected) => tokens.after_rejection(rejected).await,
                };
                let token = token.map_err(|err| Failed::Client(HttpFailure::NoToken(err)))?;
                let bearer = format!("Bearer {}", token.expose_secret());
                Ok(Proof {
                    header: Some(sensitive(&bearer)?),
                    token: Some(token),
                })
            }
        }
    }

    fn with_proof(&self, mut headers: Headers, proof: &Proof) -> Headers {
        // mcp-atlassian takes it with a grant's token, whose site it could not know otherwise.
        if let (Some(id), Some(_)) = (&self.cloud_id, &proof.token) {
            headers.insert(CLOUD_ID, id.clone());
        }
        if let Some(value) = &proof.header {
            headers.insert(AUTHORIZATION, value.clone());
        }
        headers
    }

    /// Sends a request, and once more with another token when a grant's token was answered with 401.
    async fn proven<T, F>(&self, headers: Headers, send: impl Fn(Headers) -> F) -> Result<T, Failed>
    where
        F: Future<Output = Result<T, StreamableHttpError<reqwest::Error>>>,
    {
        let proof = self.proof(None).await?;
        let first = send(self.with_proof(headers.clone(), &proof))
            .await
            .map_err(failure);
        match (first, proof.token) {
            (Err(Failed::Client(HttpFailure::Unauthorized)), Some(rejected)) => {
                let proof = self.proof(Some(rejected)).await?;
                send(self.with_proof(headers, &proof))
                    .await
                    .map_err(failure)
            }
            (answer, _) => answer,
        }
    }
}

/// What a request proves itself with.
#[derive(Default)]
struct Proof {
    header: Option<HeaderValue>,
    token: Option<SecretString>,
}

fn sensitive(value: &str) -> Result<HeaderValue, Failed> {
    let mut value =
        HeaderValue::from_str(value).map_err(|_| Failed::Client(HttpFailure::Unauthorized))?;
    value.set_sensitive(true);
    Ok(value)
}

impl StreamableHttpClient for Http {
    type Error = HttpFailure;

    async fn post_message(
        &self,
        uri: Arc<str>,
        message: ClientJsonRpcMessage,
        session_id: Option<Arc<str>>,
        auth_header: Option<String>,
        custom_headers: Headers,
    ) -> Result<StreamableHttpPostResponse, Failed> {
        self.post_message_with_max_sse_event_size(
            uri,
            message,
            session_id,
            auth_header,
            custom_headers,
            client::ANSWER_LIMIT,
        )
        .await
    }

    async fn post_message_with_max_sse_event_size(
        &self,
        uri: Arc<str>,
        message: ClientJsonRpcMessage,
        session_id: Option<Arc<str>>,
        _auth_header: Option<String>,
        headers: Headers,
        max_sse_event_size: usize,
    ) -> Result<StreamableHttpPostResponse, Failed> {
        let http = if is_tool_call(&message) {
            &self.calls
        } else {
            &self.reads
        };
        self.proven(headers, |headers| {
            http.post_message_with_max_sse_event_size(
                Arc::clone(&uri),
                message.clone(),
                session_id.clone(),
                None,
                headers,
                max_sse_event_size,
            )
        })
        .await
    }

    async fn delete_session(
        &self,
        uri: Arc<str>,
        session_id: Arc<str>,
        _auth_header: Option<String>,
        headers: Headers,
    ) -> Result<(), Failed> {
        self.proven(headers, |headers| {
            self.reads
                .delete_session(Arc::clone(&uri), Arc::clone(&session_id), None, headers)
        })
        .await
    }

    async fn get_stream(
        &self,
        uri: Arc<str>,
        session_id: Option<Arc<str>>,
        last_event_id: Option<String>,
        auth_header: Option<String>,
        custom_headers: Headers,
    ) -> Result<BoxStream<'static, Result<Sse, SseError>>, Failed> {
        self.get_stream_with_max_sse_event_size(
            uri,
            session_id,
            last_event_id,
            auth_header,
            custom_headers,
            client::ANSWER_LIMIT,
        )
        .await
    }

    async fn get_stream_with_max_sse_event_size(
        &self,
        uri: Arc<str>,
        session_id: Option<Arc<str>>,
        last_event_id: Option<String>,
        _auth_header: Option<String>,
        headers: Headers,
        max_sse_event_size: usize,
    ) -> Result<BoxStream<'static, Result<Sse, SseError>>, Failed> {
        self.proven(headers, |headers| {
            self.reads.get_stream_with_max_sse_event_size(
                Arc::clone(&uri),
                session_id.clone(),
                last_event_id.clone(),
                None,
                headers,
                max_sse_event_size,
            )
        })
        .await
    }
}

fn is_tool_call(message: &ClientJsonRpcMessage) -> bool {
    matches!(message, JsonRpcMessage::Request(request)
        if matches!(request.request, ClientRequest::CallToolRequest(_)))
}

fn failure(err: StreamableHttpError<reqwest::Error>) -> Failed {
    use StreamableHttpError as E;
    match err {
        E::Client(err) => Failed::Client(transport(err)),
        E::HttpStatus(HttpStatusError {
            status,
            retry_after,
            ..
        }) => Failed::HttpStatus(HttpStatusError::new(status, retry_after)),
        E::AuthRequired(_) => Failed::Client(HttpFailure::Unauthorized),
        E::InsufficientScope(scope) => {
            let wanted = scope.required_scope.unwrap_or_else(|| "another".into());
            Failed::Client(HttpFailure::Forbidden(format!(
                "the scope {wanted} is needed"
            )))
        }
        E::UnexpectedServerResponse(text) => Failed::Client(unexpected(&text)),
        E::UnexpectedContentType(_) => Failed::Client(HttpFailure::Unexpected(
            "it is a page, not an answer of MCP".into(),
        )),
        // The transport itself acts on these.
        E::SessionExpired => Failed::SessionExpired,
        E::ServerDoesNotSupportSse => Failed::ServerDoesNotSupportSse,
        E::ServerDoesNotSupportDeleteSession => Failed::ServerDoesNotSupportDeleteSession,
        other => Failed::Client(HttpFailure::Unexpected(other.to_string())),
    }
}

fn transport(err: reqwest::Error) -> HttpFailure {
    let err = err.without_url();
    if err.is_connect() || err.is_builder() {
        HttpFailure::NotSent(err)
    } else {
        match err.status().map(|status| status.as_u16()) {
            Some(401) => HttpFailure::Unauthorized,
            Some(status) => HttpFailure::Status(status),
            None => HttpFailure::Lost(err),
        }
    }
}

/// rmcp tells other statuses as `HTTP 403 Forbidden: body`.
fn unexpected(text: &str) -> HttpFailure {
    let status = text
        .strip_prefix("HTTP ")
        .and_then(|rest| rest.get(..3)?.parse().ok());
    match status {
        Some(401) => HttpFailure::Unauthorized,
        Some(403) => {
            let said = text.split_once(": ").map_or("", |(_, body)| body);
            HttpFailure::Forbidden(super::said::presentable(said))
        }
        Some(status) => HttpFailure::Status(status),
        None => HttpFailure::Unexpected(super::said::presentable(text)),
    }
}
