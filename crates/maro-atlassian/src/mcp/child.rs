//! The child process of an MCP server: its own environment, its own process group, an end for sure.
//!
//! Runners like `uvx` start the server as a child of their own, so signals go to the whole group.
//! A server that sleeps over a rate limit survives the end of its input and would still write to
//! Jira; therefore a child that is given up gets SIGTERM, and soon SIGKILL.

use std::fs;
use std::io;
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use secrecy::ExposeSecret;
use tokio::process::{ChildStdin, ChildStdout, Command};
use tokio::task::JoinHandle;
use tokio_util::task::TaskTracker;

use super::config::McpCommand;
use super::stderr::Tail;

const TERM_PATIENCE: Duration = Duration::from_secs(2);
/// How long the last lines are waited for, when the child has ended.
const LAST_LINES: Duration = Duration::from_secs(1);

/// What `FastMCP`, the library below mcp-atlassian, must not do: look for updates, print a banner.
const QUIET: [(&str, &str); 2] = [
    ("FASTMCP_CHECK_FOR_UPDATES", "off"),
    ("FASTMCP_SHOW_SERVER_BANNER", "false"),
];

/// A running child. Dropping it kills its group.
#[derive(Debug)]
pub(super) struct Child {
    process: tokio::process::Child,
    group: Option<Pid>,
    drain: Option<JoinHandle<()>>,
}

/// The child's ends of the conversation.
pub(super) type Pipes = (ChildStdout, ChildStdin);

impl Child {
    /// Starts the program and drains its standard error into `tail`.
    pub(super) fn start(
        command: &McpCommand,
        tail: &Tail,
        tasks: &TaskTracker,
    ) -> io::Result<(Self, Pipes)> {
        fs::create_dir_all(&command.home)?;
        let mut process = prepared(command).spawn()?;
        let group = process
            .id()
            .and_then(|id| i32::try_from(id).ok())
            .and_then(Pid::from_raw);
        let (stdin, stdout, stderr) = (
            process.stdin.take(),
            process.stdout.take(),
            process.stderr.take(),
        );
        let mut child = Self {
            process,
            group,
            drain: None,
        };
        let (Some(stdin), Some(stdout), Some(stderr)) = (stdin, stdout, stderr) else {
            return Err(io::Error::other("the pipes of the child are missing"));
        };
        let secrets = command.environment.values().cloned().collect();
        child.drain = Some(tasks.spawn(tail.clone().drain(stderr, secrets)));
        Ok((child, (stdout, stdin)))
    }

    /// Ends the child: SIGTERM, and SIGKILL when that does not do.
    pub(super) async fn end(mut self) {
        self.signal(Signal::TERM);
        let _ = tokio::time::timeout(TERM_PATIENCE, self.process.wait()).await;
        self.signal(Signal::KILL);
        let _ = self.process.wait().await;
        self.group = None;
        if let Some(drain) = self.drain.take() {
            let _ = tokio::time::timeout(LAST_LINES, drain).await;
        }
    }

    /// How it ended, when it has.
    pub(super) fn ended(&mut self) -> Option<String> {
        let status = self.process.try_wait().ok().flatten()?;
        Some(format!("the program ended ({status})"))
    }

    fn signal(&self, signal: Signal) {
        if let Some(group) = self.group {
            // The group may outlive its leader, and may be gone: both are fine.
            let _ = kill_process_group(group, signal);
        }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.signal(Signal::KILL);
    }
}

fn prepared(command: &McpCommand) -> Command {
    let mut process = Command::new(program(command));
    process
        .args(&command.arguments)
        .env_clear()
        .env("HOME", &command.home)
        .current_dir(&command.home)
        .envs(QUIET)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .kill_on_drop(true);
    for (name, value) in &command.environment {
        process.env(name, value.expose_secret());
    }
    // It would write log lines between the messages.
    process.env_remove("MCP_LOGGING_STDOUT");
    process
}

/// The program's path, looked up in the `PATH` that the child will have: the search of the standard
/// library would use ours.
fn program(command: &McpCommand) -> std::path::PathBuf {
    let name = &command.program;
    let path = command.environment.get("PATH");
    let found = path
        .filter(|_| !name.contains('/'))
        .into_iter()
        .flat_map(|path| std::env::split_paths(path.expose_secret()).collect::<Vec<_>>())
        .map(|folder| folder.join(name))
        .find(|file| file.is_file());
    found.unwrap_or_else(|| name.into())
}
