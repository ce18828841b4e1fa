//! The real binary as a child process: started, watched, killed.

use std::io::{BufRead as _, BufReader, Read as _};
use std::ops::Deref;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::Value;

use super::api::Api;
use super::eventually;

/// How much of the log a failed test prints.
const LINES_SHOWN: usize = 60;

/// A command line of the binary (or of the one that `MARO_BIN` names), with nothing of our own
/// environment.
pub(crate) fn command(environment: &[(String, String)]) -> Command {
    let ours = || env!("CARGO_BIN_EXE_maro").into();
    let mut command = Command::new(std::env::var_os("MARO_BIN").unwrap_or_else(ours));
    command
        .env_clear()
        .envs(environment.iter().map(|(name, value)| (name, value)));
    command
}

/// A running `maro serve`. It is killed when the value goes away.
pub(crate) struct Maro {
    api: Api,
    child: Child,
    log: PathBuf,
    // Closing it would make the server's next line an error.
    _stdout: BufReader<ChildStdout>,
}

impl Maro {
    /// Starts the server and waits until it listens. The error is what it wrote.
    pub(crate) async fn start(
        environment: &[(String, String)],
        log: &Path,
        http: reqwest::Client,
    ) -> Result<Self, String> {
        let mut child = command(environment)
            .args(["serve", "--bind", "127.0.0.1:0", "--json"])
            .stdout(Stdio::piped())
            .stderr(std::fs::File::create(log).unwrap())
            .spawn()
            .unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (line, stdout) = tokio::task::spawn_blocking(move || first_line(stdout))
            .await
            .unwrap();
        let said: Option<Value> = serde_json::from_str(&line).ok();
        let Some(url) = said.and_then(|said| said["maro_url"].as_str()?.parse().ok()) else {
            let _ = child.kill();
            let _ = child.wait();
            return Err(std::fs::read_to_string(log).unwrap());
        };
        let log = log.to_path_buf();
        Ok(Self {
            api: Api { url, http },
            child,
            log,
            _stdout: stdout,
        })
    }

    /// Kills it as a power cut would, and waits until it is gone.
    pub(crate) fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Waits until it is dead, which must be by SIGKILL.
    pub(crate) async fn until_killed(&mut self, why: &str) {
        const SIGKILL: i32 = 9;
        let what = format!("the process dies at {why}");
        let status = eventually(&what, async || self.child.try_wait().unwrap()).await;
        assert_eq!(status.signal(), Some(SIGKILL), "{why}: {status}");
    }

    /// Whether it still runs.
    pub(crate) fn is_alive(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// The processes that it has started and that still run.
    pub(crate) fn children(&self) -> Vec<u32> {
        let list = format!("/proc/{0}/task/{0}/children", self.child.id());
        let threads = std::fs::read_dir(format!("/proc/{}/task", self.child.id()));
        let files = threads
            .into_iter()
            .flatten()
            .flatten()
            .map(|thread| thread.path().join("children"))
            .chain([list.into()]);
        let mut pids: Vec<u32> = files
            .filter_map(|file| std::fs::read_to_string(file).ok())
            .flat_map(|text| {
                let pids: Vec<u32> = text
                    .split_whitespace()
                    .filter_map(|pid| pid.parse().ok())
                    .collect();
                pids
            })
            .collect();
        pids.sort_unstable();
        pids.dedup();
        pids
    }

    /// The most memory that the process ever had, in bytes.
    pub(crate) fn peak_memory(&self) -> u64 {
        let path = format!("/proc/{}/status", self.child.id());
        let status = std::fs::read_to_string(path).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmHWM:"));
        let kilobytes = line.unwrap().split_whitespace().nth(1).unwrap();
        kilobytes.parse::<u64>().unwrap() * 1024
    }

    /// Everything it logged so far.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }
}

impl Deref for Maro {
    type Target = Api;

    fn deref(&self) -> &Api {
        &self.api
    }
}

impl Drop for Maro {
    fn drop(&mut self) {
        self.kill();
        if std::thread::panicking() {
            let log = self.log();
            let lines: Vec<&str> = log.lines().collect();
            let shown = lines[lines.len().saturating_sub(LINES_SHOWN)..].join("\n");
            eprintln!("--- the end of {} ---\n{shown}", self.log.display());
        }
    }
}

fn first_line(mut stdout: BufReader<ChildStdout>) -> (String, BufReader<ChildStdout>) {
    let mut line = String::new();
    let _ = stdout.by_ref().read_line(&mut line);
    (line, stdout)
}
