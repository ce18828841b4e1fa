//! An MCP server as a shell script: it answers what a test tells it to, and notes what it did.
//!
//! It knows nothing of Jira. Its process can hang, stop and die in the middle of a call.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use maro_atlassian::mcp::{McpClient, McpCommand, McpConfig, McpLimits, McpTransport, Profile};
use secrecy::SecretString;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio_util::task::TaskTracker;

const SERVER: &str = r#"
echo started >> "$HOME/starts"
echo $$ > "$HOME/pid"
eval "$ON_START"
answer() { printf '{"jsonrpc":"2.0","id":%s,"result":%s}\n' "$id" "$1"; }
say() { answer "$(printf '{"content":[{"type":"text","text":"%s"}],"isError":%s}' "$1" "$2")"; }
while IFS= read -r line; do
  id=$(printf '%s' "$line" | sed -n 's/^.*"id":\([0-9][0-9]*\).*$/\1/p')
  case "$line" in
    *'"method":"initialize"'*)
      answer '{"protocolVersion":"2025-11-25","capabilities":{"tools":{"listChanged":true}},"serverInfo":{"name":"script","version":"1"}}' ;;
    *'"method":"tools/list"'*) answer "$(cat "$HOME/tools")" ;;
    *'"name":"jira_create_issue"'*) printf '%s\n' "$line" >> "$HOME/creates"; eval "$ON_CREATE" ;;
    *'"name":"jira_get_issue"'*) eval "$ON_READ" ;;
  esac
done
"#;

/// What the script does.
pub(super) struct Script {
    pub(super) start: &'static str,
    pub(super) create: &'static str,
    pub(super) read: &'static str,
}

/// A script that does as it should.
pub(super) const WORKS: Script = Script {
    start: "",
    create: r#"say '{\"message\":\"done\",\"issue\":{\"id\":\"10001\",\"key\":\"SCRUM-9\"}}' false"#,
    read: r#"say '{\"id\":\"10001\",\"key\":\"SCRUM-9\",\"summary\":\"S\",\"labels\":[\"maro-x\"],\"issue_type\":{\"name\":\"Bug\"}}' false"#,
};

/// The script with its client.
pub(super) struct Server {
    pub(super) client: McpClient,
    home: TempDir,
}

impl Server {
    pub(super) fn new(script: &Script) -> Self {
        let home = tempfile::tempdir().expect("a folder");
        let server = Self {
            client: client(home.path(), script),
            home,
        };
        server.offer(&["jira_create_issue", "jira_get_issue"]);
        server
    }

    /// Changes the list of tools.
    pub(super) fn offer(&self, names: &[&str]) {
        let tools: Vec<Value> = names.iter().map(|name| tool(name)).collect();
        let list = json!({ "tools": tools }).to_string();
        fs::write(self.home.path().join("tools"), list).expect("a file");
    }

    /// A file that the script wrote.
    pub(super) fn file(&self, name: &str) -> String {
        fs::read_to_string(self.home.path().join(name)).unwrap_or_default()
    }

    /// How often the script was started.
    pub(super) fn starts(&self) -> usize {
        self.file("starts").lines().count()
    }

    /// Waits until the process of the script is gone.
    pub(super) async fn until_gone(&self) {
        let pid = self.file("pid");
        let deadline = Instant::now() + Duration::from_secs(20);
        while Path::new("/proc").join(pid.trim()).join("exe").exists() {
            assert!(Instant::now() < deadline, "the script still runs");
            tokio::task::yield_now().await;
        }
    }
}

fn client(home: &Path, script: &Script) -> McpClient {
    let environment = [
        ("PATH", "/usr/bin:/bin"),
        ("ON_START", script.start),
        ("ON_CREATE", script.create),
        ("ON_READ", script.read),
        ("JIRA_API_TOKEN", "planted-token-of-the-script"),
    ];
    let environment: BTreeMap<String, SecretString> = environment
        .into_iter()
        .map(|(name, value)| (name.to_owned(), SecretString::from(value)))
        .collect();
    let command = McpCommand {
        program: "sh".into(),
        arguments: vec!["-c".into(), SERVER.into()],
        environment,
        home: home.to_path_buf(),
    };
    let limits = McpLimits {
        connect: Duration::from_secs(20),
        read: Duration::from_secs(20),
        write: Duration::from_secs(20),
    };
    let config = McpConfig {
        profile: Profile::Sooperset,
        transport: McpTransport::Command(command),
        cloud_id: None,
        limits,
    };
    McpClient::new(config, None, TaskTracker::new())
}

fn tool(name: &str) -> Value {
    let arguments: &[&str] = match name {
        "jira_create_issue" => &[
            "project_key",
            "summary",
            "issue_type",
            "description",
            "additional_fields",
        ],
        _ => &["issue_key", "fields"],
    };
    let properties: serde_json::Map<String, Value> = arguments
        .iter()
        .map(|name| ((*name).to_owned(), json!({})))
        .collect();
    json!({"name": name, "inputSchema": {"type": "object", "properties": properties, "required": [arguments[0]]}})
}
