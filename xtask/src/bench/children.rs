//! The processes of a measurement: the release build and the tool beside it, on free ports.
//!
//! A child is killed with its value. `setpriv` also ends it when this process is killed.

use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use serde_json::Value;

use crate::process::{self, Owned};
use crate::workspace;

/// The secret that signs the load. It protects nothing.
pub(super) const SIGNING_SECRET: &str = "bench-signing-secret-0123456789";
/// The token for the API. It protects nothing.
pub(super) const API_TOKEN: &str = "bench-api-token-0123456789";

/// Who looks at pages. The account opens nothing real.
pub(super) const EMAIL: &str = "bench@example.com";
/// Its password.
pub(super) const PASSWORD: &str = "bench-password-1";

const START_DEADLINE: Duration = Duration::from_mins(1);

/// The release build.
pub(super) fn maro_binary() -> PathBuf {
    workspace::target().join("release/maro")
}

fn tool_binary() -> PathBuf {
    workspace::target().join("release/xtask-bench")
}

/// A command that does not outlive this process.
fn child(program: &Path) -> Command {
    if process::find("setpriv").is_none() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig=KILL", "--"]).arg(program);
    command
}

/// What Maro runs with.
pub(super) struct Place<'a> {
    pub(super) database_url: &'a str,
    pub(super) data: &'a Path,
    /// The address of Slack's Web API.
    pub(super) slack: Option<String>,
    /// What `maro sandbox` said about itself, for its Jira.
    pub(super) jira: Option<&'a Value>,
    /// More of its environment; stands over the rest.
    pub(super) more: Vec<(&'static str, String)>,
}

/// A Maro that serves.
pub(super) struct Maro {
    process: Owned,
    pub(super) address: SocketAddr,
    pub(super) started_in: Duration,
}

impl Maro {
    /// Starts `maro serve` and waits for its first 200.
    pub(super) fn serve(place: &Place<'_>) -> anyhow::Result<Self> {
        let address = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?;
        let mut command = child(&maro_binary());
        command.arg("serve");
        set_environment(&mut command, place, address);
        let log = std::fs::File::create(place.data.join("maro.log"))?;
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log);
        let started = Instant::now();
        let process = Owned(
            command
                .spawn()
                .context("the release build does not start")?,
        );
        let mut maro = Self {
            process,
            address,
            started_in: Duration::ZERO,
        };
        while started.elapsed() < START_DEADLINE {
            if answers(address) {
                maro.started_in = started.elapsed();
                return Ok(maro);
            }
            if let Some(status) = maro.process.0.try_wait()? {
                let log = std::fs::read_to_string(place.data.join("maro.log"));
                bail!(
                    "maro serve ended with {status}: {}",
                    log.unwrap_or_default()
                );
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        bail!("maro serve does not answer after {START_DEADLINE:?}")
    }

    /// The memory that it has in use.
    pub(super) fn resident_megabytes(&self) -> anyhow::Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.0.id()))
            .context("memory is read from /proc, which this system does not have")?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kilobytes = line.and_then(|text| text.split_whitespace().next()?.parse::<u32>().ok());
        kilobytes
            .map(|kilobytes| f64::from(kilobytes) / 1024.0)
            .context("no VmRSS in /proc")
    }
}

fn set_environment(command: &mut Command, place: &Place<'_>, address: SocketAddr) {
    let ours = ["MARO_", "SLACK_", "JIRA_", "RUST_LOG"];
    for (name, _) in std::env::vars_os() {
        if ours
            .iter()
            .any(|prefix| name.to_string_lossy().starts_with(prefix))
        {
            command.env_remove(name);
        }
    }
    command
        .env("MARO_BIND", address.to_string())
        .env("MARO_DATABASE_URL", place.database_url)
        .env("MARO_DATA_DIR", place.data)
        .env("MARO_API_TOKEN", API_TOKEN)
        .env("MARO_ADMIN_EMAIL", EMAIL)
        .env("MARO_ADMIN_PASSWORD", PASSWORD)
        .env("RUST_LOG", "warn");
    if let Some(slack) = &place.slack {
        command
            .env("SLACK_API_URL", slack)
            .env("SLACK_BOT_TOKEN", "xoxb-bench")
            .env("SLACK_SIGNING_SECRET", SIGNING_SECRET);
    }
    if let Some(jira) = place.jira {
        for (name, key) in [
            ("JIRA_URL", "jira_url"),
            ("JIRA_USERNAME", "jira_username"),
            ("JIRA_API_TOKEN", "jira_api_token"),
            ("JIRA_WEBHOOK_SECRET", "jira_webhook_secret"),
        ] {
            command.env(name, jira[key].as_str().unwrap_or_default());
        }
        command.env("JIRA_DEFAULT_PROJECT", "SCRUM");
    }
    command.envs(place.more.iter().map(|(name, value)| (name, value)));
}

fn answers(address: SocketAddr) -> bool {
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(1))?;
        stream
            .write_all(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.take(1024).read_to_string(&mut answer)?;
        Ok(answer)
    };
    ask().is_ok_and(|answer| answer.starts_with("HTTP/1.1 200"))
}

/// A server that prints one line of JSON when it is ready.
pub(super) struct Announced {
    _process: Owned,
    pub(super) said: Value,
}

impl Announced {
    fn start(mut command: Command) -> anyhow::Result<Self> {
        let shown = format!("{command:?}");
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut process = Owned(command.spawn().with_context(|| shown.clone())?);
        let output = process.0.stdout.take().context("no standard output")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        Ok(Self {
            said: serde_json::from_str(&line).with_context(|| format!("{shown} said {line:?}"))?,
            _process: process,
        })
    }

    /// Something that answers like Slack.
    pub(super) fn sink() -> anyhow::Result<Self> {
        let mut command = child(&tool_binary());
        command.arg("sink");
        Self::start(command)
    }

    /// The bare server beside Maro.
    pub(super) fn ceiling(database_url: &str) -> anyhow::Result<Self> {
        let mut command = child(&tool_binary());
        command.args([
            "ceiling",
            "--secret",
            SIGNING_SECRET,
            "--database-url",
            database_url,
        ]);
        Self::start(command)
    }

    /// The simulated Slack and Jira, and what goes wrong with calls to them.
    pub(super) fn sandbox(faults: &[&str]) -> anyhow::Result<Self> {
        let mut command = child(&maro_binary());
        command
            .args(["sandbox", "--bind", "127.0.0.1:0"])
            .args(faults.iter().flat_map(|fault| ["--fault", fault]))
            .stderr(Stdio::null());
        Self::start(command)
    }

    /// Where it listens.
    pub(super) fn address(&self) -> anyhow::Result<SocketAddr> {
        let address = self.said["address"].as_str().context("no address")?;
        Ok(address.parse()?)
    }
}

/// Runs the tool and reads the line of JSON that it prints.
pub(super) fn tool(arguments: &[&str]) -> anyhow::Result<Value> {
    let text = process::output(child(&tool_binary()).args(arguments))?;
    Ok(serde_json::from_str(&text)?)
}
