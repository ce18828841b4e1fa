//! Running a command: its own process group, none of our environment, and an end for sure.

use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::OptionFuture;
use maro_core::suite_starts::StartState;
use maro_store::StoreError;
use maro_store::suite_starts::{self as rows, Begun};
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::{Child, Command};
use tokio::time::Instant;

use super::begin::lease;
use super::report::say;
use crate::App;
use crate::settings::{Runner, RunnerWay};

/// How often it is looked at, and the card with it.
const LOOK: Duration = Duration::from_secs(2);
const TERM_PATIENCE: Duration = Duration::from_secs(2);
/// How long the last lines are waited for, when it has ended.
const LAST_LINES: Duration = Duration::from_secs(1);
/// What is kept of what it prints.
const TAIL: usize = 2_000;
const LINES: usize = 5;

const TOO_LONG: &str = "It took too long and was ended.";
const STOPPING: &str = "Maro was stopped, and ended it.";

/// Runs the command of a runner, and says how it ended.
pub(super) async fn run(
    app: &App,
    begun: &Begun,
    runner: &Runner,
) -> Result<(StartState, String), StoreError> {
    let mut child = match spawn(begun, runner) {
        Ok(child) => child,
        Err(err) => {
            let why = format!("The command could not be started: {err}.");
            return Ok((StartState::Failed, why));
        }
    };
    // Whatever happens to this task, the group ends with it.
    let _group = Group::of(&child);
    let tail = Tail::default();
    let stdout = child.stdout.take().map(|from| tail.clone().drain(from));
    let stderr = child.stderr.take().map(|from| tail.clone().drain(from));
    let drained = app
        .tasks()
        .spawn(async move { tokio::join!(OptionFuture::from(stdout), OptionFuture::from(stderr)) });
    let ended = until_it_ends(app, begun, runner, &mut child, &tail).await?;
    // What it left behind may hold the pipes open for ever.
    let _ = tokio::time::timeout(LAST_LINES, drained).await;
    Ok(told(&ended, &tail.lines()))
}

enum Ended {
    Itself(Option<ExitStatus>),
    ByUs(&'static str),
}

/// Waits for the end. The start stays ours meanwhile, and the card shows what is printed.
async fn until_it_ends(
    app: &App,
    begun: &Begun,
    runner: &Runner,
    child: &mut Child,
    tail: &Tail,
) -> Result<Ended, StoreError> {
    let patience = runner.patience.to_std().unwrap_or(Duration::ZERO);
    let too_late = Instant::now() + patience;
    let mut shown = String::new();
    loop {
        tokio::select! {
            status = child.wait() => return Ok(Ended::Itself(status.ok())),
            () = app.stop_token().cancelled() => return end(child, STOPPING).await,
            () = tokio::time::sleep_until(too_late) => return end(child, TOO_LONG).await,
            () = tokio::time::sleep(LOOK) => {}
        }
        if !rows::hold(app.store(), begun, app.now() + lease(app)).await? {
            return end(child, STOPPING).await;
        }
        let lines = tail.lines();
        if lines != shown {
            say(app, begun.start.id, &lines).await?;
            shown = lines;
        }
    }
}

/// Ends the group: SIGTERM, and SIGKILL when that does not do.
async fn end(child: &mut Child, why: &'static str) -> Result<Ended, StoreError> {
    if let Some(group) = group_of(child) {
        // It may be gone already, which is what is wanted.
        let _ = kill_process_group(group, Signal::TERM);
    }
    let _ = tokio::time::timeout(TERM_PATIENCE, child.wait()).await;
    Ok(Ended::ByUs(why))
}

fn told(ended: &Ended, lines: &str) -> (StartState, String) {
    match ended {
        Ended::Itself(Some(status)) if status.success() => (StartState::Finished, lines.to_owned()),
        Ended::Itself(Some(status)) => (
            StartState::Failed,
            format!("It ended with {status}.\n{lines}"),
        ),
        Ended::Itself(None) => (StartState::Failed, "Its end could not be seen.".to_owned()),
        Ended::ByUs(why) => (StartState::Failed, format!("{why}\n{lines}")),
    }
}

fn spawn(begun: &Begun, runner: &Runner) -> std::io::Result<Child> {
    let RunnerWay::Command {
        program,
        arguments,
        environment,
        folder,
    } = &runner.way
    else {
        return Err(std::io::ErrorKind::Unsupported.into());
    };
    std::fs::create_dir_all(folder)?;
    Command::new(program)
        .args(arguments)
        .env_clear()
        .envs(environment)
        .env("HOME", folder)
        .env("MARO_SUITE", &runner.suite)
        .env("MARO_START", begun.start.id.to_string())
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .kill_on_drop(true)
        .spawn()
}

fn group_of(child: &Child) -> Option<Pid> {
    let id = child.id()?;
    Pid::from_raw(i32::try_from(id).ok()?)
}

/// The group of a child; it is killed when nobody waits for it any more.
struct Group(Option<Pid>);

impl Group {
    fn of(child: &Child) -> Self {
        Self(group_of(child))
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(group) = self.0 {
            // What the command left behind ends, too; an empty group is no error of ours.
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}

/// The last of what a command printed.
#[derive(Debug, Clone, Default)]
struct Tail(Arc<Mutex<Vec<u8>>>);

impl Tail {
    async fn drain(self, mut from: impl AsyncRead + Unpin) {
        let mut piece = [0; 1024];
        while let Ok(count @ 1..) = from.read(&mut piece).await {
            let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            kept.extend_from_slice(&piece[..count]);
            let too_much = kept.len().saturating_sub(TAIL);
            kept.drain(..too_much);
        }
    }

    /// The last lines that say something.
    fn lines(&self) -> String {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let text = String::from_utf8_lossy(&kept);
        let lines: Vec<&str> = text
            .lines()
            .filter(|line| !line.trim().is_empty())
            .collect();
        lines[lines.len().saturating_sub(LINES)..].join("\n")
    }
}
