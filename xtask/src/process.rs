//! Child processes: found on the path, run with their output shown and kept, ended with us.
//!
//! A child that outlives one call has an action in [`Cleanup`], so that ctrl-c and a
//! CI time-out end exactly the processes that this command started and no others.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use anyhow::{Context, bail};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

type Action = Box<dyn FnMut() + Send>;

/// Things to do before this process ends because of a signal.
#[derive(Clone, Default)]
pub(crate) struct Cleanup {
    actions: Arc<Mutex<Vec<Action>>>,
}

impl Cleanup {
    /// Starts to listen for SIGINT and SIGTERM.
    pub(crate) fn install() -> anyhow::Result<Self> {
        let cleanup = Self::default();
        let mut signals = Signals::new([SIGINT, SIGTERM]).context("cannot listen for signals")?;
        let on_signal = cleanup.clone();
        std::thread::spawn(move || {
            if let Some(signal) = signals.forever().next() {
                eprintln!("\nsignal {signal}: cleaning up");
                on_signal.run();
                std::process::exit(128 + signal);
            }
        });
        Ok(cleanup)
    }

    /// Adds something to do. Actions run last in, first out.
    pub(crate) fn add(&self, action: impl FnMut() + Send + 'static) {
        if let Ok(mut actions) = self.actions.lock() {
            actions.push(Box::new(action));
        }
    }

    fn run(&self) {
        if let Ok(mut actions) = self.actions.lock() {
            while let Some(mut action) = actions.pop() {
                action();
            }
        }
    }
}

/// Finds a program on the path.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|dir| dir.join(program))
        .find(|file| file.is_file())
}

/// Whether this process may install packages.
pub(crate) fn is_root() -> bool {
    output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

/// A command as a person would type it.
fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Runs a command and returns what it wrote to its standard output.
pub(crate) fn output(command: &mut Command) -> anyhow::Result<String> {
    let shown = shown(command);
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("{shown} does not start"))?;
    if !output.status.success() {
        bail!(
            "{shown} failed: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs a command with its output shown; fails when it fails.
pub(crate) fn run(command: &mut Command) -> anyhow::Result<()> {
    let shown = shown(command);
    let status = command
        .stdin(Stdio::null())
        .status()
        .with_context(|| format!("{shown} does not start"))?;
    if !status.success() {
        bail!("{shown} ended with {status}");
    }
    Ok(())
}

/// What a command that was shown and kept ended with.
pub(crate) struct Shown {
    pub(crate) success: bool,
    pub(crate) text: String,
}

/// Runs a command, shows its output as it comes, and keeps it for counting.
pub(crate) fn run_shown(command: &mut Command) -> anyhow::Result<Shown> {
    let name = command.get_program().to_string_lossy().into_owned();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("{name} does not start"))?;
    let text = Arc::new(Mutex::new(String::new()));
    let readers = [
        pump(child.stdout.take(), &text),
        pump(child.stderr.take(), &text),
    ];
    let status = child.wait()?;
    for reader in readers.into_iter().flatten() {
        let _ = reader.join();
    }
    let text = text.lock().map(|text| text.clone()).unwrap_or_default();
    Ok(Shown {
        success: status.success(),
        text,
    })
}

fn pump(
    stream: Option<impl Read + Send + 'static>,
    kept: &Arc<Mutex<String>>,
) -> Option<std::thread::JoinHandle<()>> {
    let stream = stream?;
    let kept = Arc::clone(kept);
    Some(std::thread::spawn(move || {
        let mut lines = BufReader::new(stream);
        let mut line = Vec::new();
        while lines
            .read_until(b'\n', &mut line)
            .is_ok_and(|read| read > 0)
        {
            let _ = std::io::stdout().write_all(&line);
            if let Ok(mut kept) = kept.lock() {
                kept.push_str(&String::from_utf8_lossy(&line));
            }
            line.clear();
        }
    }))
}

/// A child that is killed when it goes out of scope.
pub(crate) struct Owned(pub(crate) Child);

impl Drop for Owned {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
