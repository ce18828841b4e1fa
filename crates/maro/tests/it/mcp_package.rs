//! mcp-atlassian, the real package: as a program of Maro's and as a server with a process of its own,
//! with what it takes to reach the sandbox as Data Center and as Cloud.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::support::{Maro, World, eventually};

/// Long enough for a Python process to work on a busy machine.
pub(crate) const LIMITS: &str = "
[mcp]
read_ms = 20000
write_ms = 20000
";

/// The package, where `cargo xtask test` has installed it.
pub(crate) fn package() -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../conformance/.venv-mcp/bin/mcp-atlassian");
    if path.is_file() {
        return Some(path);
    }
    eprintln!("SKIPPED: mcp-atlassian is not installed; `cargo xtask test` does");
    None
}

/// What Data Center is reached with.
pub(crate) fn data_center(world: &World) -> Vec<(&'static str, String)> {
    vec![
        ("JIRA_URL", world.sandbox.data_center_url().to_string()),
        (
            "JIRA_PERSONAL_TOKEN",
            world.options.jira_personal_token.clone(),
        ),
        ("JIRA_USERNAME", String::new()),
        ("JIRA_API_TOKEN", String::new()),
    ]
}

/// What Cloud is reached with: the package takes a site for Cloud by its name alone, so the name is
/// one of Atlassian's and the sandbox is the proxy.
pub(crate) fn cloud(world: &World) -> Vec<(&'static str, String)> {
    vec![
        ("JIRA_URL", "http://sandbox.atlassian.net".into()),
        ("HTTP_PROXY", world.sandbox.url().to_string()),
        ("http_proxy", world.sandbox.url().to_string()),
        ("NO_PROXY", "127.0.0.1".into()),
    ]
}

pub(crate) async fn start(world: &World, mut changes: Vec<(&'static str, String)>) -> Maro {
    let path = std::env::var_os("PATH").unwrap_or_default();
    changes.push(("PATH", path.to_string_lossy().into_owned()));
    let changes: Vec<(&str, &str)> = changes.iter().map(|(n, v)| (*n, v.as_str())).collect();
    world.maro_with(&changes).await
}

pub(crate) fn by_command(
    mut changes: Vec<(&'static str, String)>,
    package: &Path,
) -> Vec<(&'static str, String)> {
    changes.push(("MARO_MCP_COMMAND", format!("'{}'", package.display())));
    changes
}

pub(crate) async fn until_healthy(maro: &Maro) -> Value {
    eventually("the MCP server is healthy", async || {
        let health = maro.get("api/v1/jira/mcp/health").await;
        (health["status"] == "healthy").then_some(health)
    })
    .await
}

/// mcp-atlassian as a server of its own, with credentials of its own.
pub(crate) struct Server {
    pub(crate) child: Child,
    port: u16,
}

impl Server {
    pub(crate) fn start(world: &World, package: &Path) -> Self {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let child = Command::new(package)
            .args(["--transport", "streamable-http", "--host", "127.0.0.1"])
            .args(["--port", &port.to_string()])
            .env("JIRA_URL", world.sandbox.data_center_url().as_str())
            .env("JIRA_PERSONAL_TOKEN", &world.options.jira_personal_token)
            .env("ALLOW_GLOBAL_CRED_FALLBACK", "true")
            .env("FASTMCP_CHECK_FOR_UPDATES", "off")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Self { child, port }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/mcp", self.port)
    }

    pub(crate) fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}
