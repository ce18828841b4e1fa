//! A sandbox, an MCP server in front of it, a client, and what the client tells of its calls.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use data_encoding::BASE64;
use maro_atlassian::CreateError;
use maro_atlassian::mcp::{
    McpAuth, McpClient, McpCommand, McpConfig, McpLimits, McpTransport, Profile,
};
use maro_atlassian::outbound::Outbound;
use maro_atlassian::rest::CreatedIssue;
use maro_core::calls::{Call, FailureKind, Observer};
use maro_sandbox::{Sandbox, SandboxOptions};
use serde_json::{Value, json};
use tokio_util::task::TaskTracker;

/// Enough for a Python program on a busy machine.
pub(super) const LONG: Duration = Duration::from_mins(1);

/// A simulated server, a client, and what the client told of its calls.
pub(super) struct Stage {
    pub(super) sandbox: Sandbox,
    pub(super) client: McpClient,
    told: Arc<Mutex<Vec<Call>>>,
}

impl Stage {
    /// A simulated server.
    pub(super) async fn new(profile: Profile) -> Self {
        let options = SandboxOptions::default();
        let sandbox = Sandbox::start(options.clone()).await.unwrap();
        let account = format!("{}:{}", options.jira_username, options.jira_api_token);
        let header = match profile {
            Profile::Sooperset => format!("Token {}", options.jira_personal_token),
            _ => format!("Basic {}", BASE64.encode(account.as_bytes())),
        };
        let transport = McpTransport::Http {
            url: sandbox.mcp_url().join(profile.as_str()).unwrap(),
            auth: McpAuth::Header(header.into()),
            outbound: Outbound::Trusted,
        };
        Self::over(sandbox, profile, transport).await
    }

    /// The real mcp-atlassian as a child, on Data Center; `None` when it is not installed.
    pub(super) async fn real(home: &Path) -> Option<Self> {
        let program = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../conformance/.venv-mcp/bin/mcp-atlassian");
        if !program.is_file() {
            eprintln!("SKIPPED: mcp-atlassian is not installed; `cargo xtask test` does");
            return None;
        }
        let options = SandboxOptions::default();
        let sandbox = Sandbox::start(options.clone()).await.unwrap();
        let path = std::env::var_os("PATH").unwrap_or_default();
        let confluence = sandbox.url().join("dc/confluence").unwrap();
        let environment = [
            ("PATH", path.to_string_lossy().into_owned()),
            ("JIRA_URL", sandbox.data_center_url().to_string()),
            ("JIRA_PERSONAL_TOKEN", options.jira_personal_token.clone()),
            ("CONFLUENCE_URL", confluence.to_string()),
            ("CONFLUENCE_PERSONAL_TOKEN", options.jira_personal_token),
        ];
        let command = McpCommand {
            program: program.display().to_string(),
            arguments: Vec::new(),
            environment: environment
                .map(|(name, value)| (name.to_owned(), value.into()))
                .into(),
            home: home.to_path_buf(),
        };
        let transport = McpTransport::Command(command);
        Some(Self::over(sandbox, Profile::Sooperset, transport).await)
    }

    async fn over(sandbox: Sandbox, profile: Profile, transport: McpTransport) -> Self {
        let config = McpConfig {
            profile,
            transport,
            cloud_id: Some(sandbox.jira_url().to_string()),
            limits: McpLimits {
                connect: 2 * LONG,
                read: LONG,
                write: LONG,
            },
        };
        let told: Arc<Mutex<Vec<Call>>> = Arc::default();
        let heard = Arc::clone(&told);
        let observer = Observer::new(move |call| heard.lock().unwrap().push(call));
        let client = McpClient::new(config, None, TaskTracker::new()).observed_by(observer);
        client.probe().await.unwrap();
        Self {
            sandbox,
            client,
            told,
        }
    }

    /// The sandbox's state.
    pub(super) async fn state(&self) -> Value {
        let url = self.sandbox.url().join("admin/state").unwrap();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        http.get(url).send().await.unwrap().json().await.unwrap()
    }

    pub(super) fn fault(&self, rule: &str) {
        self.sandbox.add_fault(rule.parse().unwrap());
    }

    pub(super) async fn admin(&self, path: &str, body: Value) {
        let url = self.sandbox.url().join(&format!("admin/{path}")).unwrap();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let answer = http.post(url).json(&body).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}");
    }

    /// What the last call said of the connection.
    pub(super) fn last(&self) -> (Option<FailureKind>, String) {
        let told = self.told.lock().unwrap();
        let failure = told.last().and_then(|call| call.failure.clone());
        failure.map_or((None, String::new()), |failure| {
            (Some(failure.kind), failure.sentence)
        })
    }

    pub(super) async fn try_to_create(&self, summary: &str) -> Result<CreatedIssue, CreateError> {
        let body = json!({"fields": {"project": {"key": "SCRUM"}, "issuetype": {"name": "Task"},
            "summary": summary, "labels": ["maro-table"]}});
        let body = body.to_string();
        self.client.create_issue(body.as_bytes(), LONG).await
    }

    /// The outcome of a create in a few words.
    pub(super) async fn create(&self, summary: &str) -> String {
        match self.try_to_create(summary).await {
            Ok(_) => "created".into(),
            Err(CreateError::OutcomeUnknown { reason, .. }) => format!("unknown: {reason}"),
            Err(err) => err.to_string(),
        }
    }
}
