//! A bare client of the simulated MCP servers: messages over HTTP, nothing else.

use maro_sandbox::{Sandbox, SandboxOptions};
use reqwest::{RequestBuilder, Response};
use serde_json::{Value, json};

const ACCEPT: &str = "application/json, text/event-stream";

/// A sandbox and what is needed to talk to one of its servers.
pub(crate) struct Mcp {
    pub(crate) sandbox: Sandbox,
    pub(crate) options: SandboxOptions,
    pub(crate) http: reqwest::Client,
    pub(crate) profile: &'static str,
    /// Sent with every request.
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) session: String,
}

/// The result of a tool.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) is_error: bool,
    pub(crate) text: String,
    pub(crate) whole: Value,
}

impl Told {
    /// The JSON in the text.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }
}

impl Mcp {
    /// A sandbox; nobody is connected yet.
    pub(crate) async fn start(profile: &'static str) -> Self {
        let options = SandboxOptions::default();
        let sandbox = Sandbox::start(options.clone()).await.unwrap();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let headers = vec![("authorization", basic(&options))];
        Self {
            sandbox,
            options,
            http,
            profile,
            headers,
            session: String::new(),
        }
    }

    /// A session of mcp-atlassian with the credentials it was started with: `cloud` or `data_center`.
    pub(crate) async fn sooperset(credential: &str) -> Self {
        let mut mcp = Self::start("sooperset").await;
        mcp.headers.clear();
        mcp.admin("settings", json!({"server_credential": credential}))
            .await;
        mcp.connect().await;
        mcp
    }

    /// A session of the hosted server with an API token.
    pub(crate) async fn hosted(profile: &'static str) -> Self {
        let mut mcp = Self::start(profile).await;
        mcp.connect().await;
        mcp
    }

    pub(crate) fn url(&self) -> String {
        format!("{}{}", self.sandbox.mcp_url(), self.profile)
    }

    /// Posts to the control of the MCP servers.
    pub(crate) async fn admin(&self, path: &str, body: Value) -> Value {
        let url = format!("{}admin/mcp/{path}", self.sandbox.url());
        let response = self.http.post(url).json(&body).send().await.unwrap();
        let status = response.status();
        let text = response.text().await.unwrap();
        assert!(status.is_success(), "{path}: {text}");
        serde_json::from_str(&text).unwrap()
    }

    /// Adds a quirk.
    pub(crate) async fn quirk(&self, quirk: Value) {
        self.admin("quirks", quirk).await;
    }

    /// Everything the sandbox holds.
    pub(crate) async fn state(&self) -> Value {
        let url = format!("{}admin/state", self.sandbox.url());
        let response = self.http.get(url).send().await.unwrap();
        response.json().await.unwrap()
    }

    /// How many issues there are with this summary.
    pub(crate) async fn issues(&self, summary: &str) -> usize {
        let state = self.state().await;
        let issues = state["jira"]["issues"].as_array().unwrap();
        issues
            .iter()
            .filter(|one| one["summary"] == summary)
            .count()
    }

    /// A request with the usual headers and the session, if there is one.
    pub(crate) fn with_headers(&self, mut request: RequestBuilder) -> RequestBuilder {
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        if !self.session.is_empty() {
            request = request.header("mcp-session-id", &self.session);
        }
        request.header("accept", ACCEPT)
    }

    /// Sends a message.
    pub(crate) async fn send(&self, message: &Value) -> Response {
        let request = self.with_headers(self.http.post(self.url()));
        request.json(message).send().await.unwrap()
    }

    /// Initializes and remembers the session.
    pub(crate) async fn connect(&mut self) -> Value {
        self.session = String::new();
        let params = json!({
            "protocolVersion": "2025-06-18", "capabilities": {},
            "clientInfo": {"name": "test", "version": "1"},
        });
        let response = self.send(&request(1, "initialize", params)).await;
        assert_eq!(response.status(), 200);
        let session = &response.headers()["mcp-session-id"];
        self.session = session.to_str().unwrap().into();
        let greeting = message_of(response).await["result"].clone();
        let ready = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
        assert_eq!(self.send(&ready).await.status(), 202);
        greeting
    }

    /// The answer to a request.
    pub(crate) async fn ask(&self, method: &str, params: Value) -> Value {
        let response = self.send(&request(2, method, params)).await;
        let status = response.status();
        let message = message_of(response).await;
        assert_eq!(status, 200, "{message}");
        message
    }

    /// Calls a tool.
    pub(crate) async fn call(&self, name: &str, arguments: Value) -> Told {
        let params = json!({"name": name, "arguments": arguments});
        let message = self.ask("tools/call", params).await;
        let result = &message["result"];
        assert!(result.is_object(), "{name}: {message}");
        Told {
            is_error: result["isError"] == true,
            text: result["content"][0]["text"].as_str().unwrap().to_owned(),
            whole: result.clone(),
        }
    }

    /// The JSON of a tool that must succeed.
    pub(crate) async fn done(&self, name: &str, arguments: Value) -> Value {
        let told = self.call(name, arguments).await;
        assert!(!told.is_error, "{name}: {told:?}");
        told.json()
    }

    /// The names of all tools, page by page.
    pub(crate) async fn tools(&self) -> Vec<String> {
        let (mut names, mut params) = (Vec::new(), json!({}));
        loop {
            let result = self.ask("tools/list", params).await["result"].clone();
            let tools = result["tools"].as_array().unwrap();
            names.extend(
                tools
                    .iter()
                    .map(|tool| tool["name"].as_str().unwrap().to_owned()),
            );
            match result.get("nextCursor") {
                Some(cursor) => params = json!({"cursor": cursor}),
                None => return names,
            }
        }
    }
}

pub(crate) fn basic(options: &SandboxOptions) -> String {
    let pair = format!("{}:{}", options.jira_username, options.jira_api_token);
    format!("Basic {}", data_encoding::BASE64.encode(pair.as_bytes()))
}

pub(crate) fn request(id: u64, method: &str, params: Value) -> Value {
    let mut message = json!({"jsonrpc": "2.0", "id": id, "method": method});
    message["params"] = params;
    message
}

/// The message of a response, plain or as the one event of a stream.
pub(crate) async fn message_of(response: Response) -> Value {
    let text = response.text().await.unwrap();
    let data = text.lines().find_map(|line| line.strip_prefix("data: "));
    serde_json::from_str(data.unwrap_or(&text)).unwrap_or(Value::String(text))
}
