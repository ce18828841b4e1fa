//! Tier 2: third parties judge Maro and its sandbox. One judge, one step.
//!
//! A judge is a file in `conformance/judges`, run by `node --test` or by pytest. It gets the path
//! of the binary and starts what it needs itself. Inputs that are not part of the repository (the
//! official description of Jira) are optional: a judge without them says so and counts as skipped.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;

use super::counting::{self, Runner};
use super::prerequisites::{ENVIRONMENT, MCP_ENVIRONMENT};
use super::rust;
use crate::summary::{Counts, Summary};
use crate::{process, workspace};

/// Runs every judge whose name contains `only`.
pub(crate) fn run(summary: &mut Summary, only: Option<&str>) {
    let mut binary = None;
    summary.step("build the binary for the judges", || {
        binary = Some(rust::build_binary()?);
        Ok(Counts::default())
    });
    let (Some(binary), Ok(judges)) = (binary, judges()) else {
        return;
    };
    for judge in judges {
        let name = judge
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if only.is_none_or(|only| name.contains(only)) {
            summary.step(&format!("judge {name}"), || run_judge(&judge, &binary));
        }
    }
}

fn judges() -> anyhow::Result<Vec<PathBuf>> {
    let dir = workspace::conformance().join("judges");
    let mut files: Vec<PathBuf> = std::fs::read_dir(&dir)
        .with_context(|| format!("cannot list {}", dir.display()))?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| runner(path).is_some())
        .collect();
    files.sort();
    Ok(files)
}

fn runner(judge: &Path) -> Option<Runner> {
    match judge.extension()?.to_str()? {
        "mjs" => Some(Runner::Node),
        "py" => Some(Runner::Pytest),
        _ => None,
    }
}

fn run_judge(judge: &Path, binary: &Path) -> anyhow::Result<Counts> {
    let dir = workspace::conformance();
    let runner = runner(judge).context("neither a Node nor a Python judge")?;
    let mut command;
    if runner == Runner::Pytest {
        command = Command::new(dir.join(environment(judge)).join("bin/python"));
        command.args(["-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider"]);
    } else {
        command = Command::new(node(&dir));
        command.args(["--test", "--test-reporter=spec"]);
    }
    command
        .arg(judge)
        .current_dir(&dir)
        .env("MARO_BIN", binary)
        .env("PYTHONDONTWRITEBYTECODE", "1");
    Ok(counting::count(runner, &process::run_shown(&mut command)?))
}

/// The Python environment of a judge: those about MCP need libraries in versions that the others do not
/// go with.
fn environment(judge: &Path) -> &'static str {
    let name = judge.file_name().unwrap_or_default().to_string_lossy();
    if name.starts_with("mcp_") {
        MCP_ENVIRONMENT
    } else {
        ENVIRONMENT
    }
}

/// The Node of `package.json` where it has one for this machine, else the system's.
fn node(dir: &Path) -> PathBuf {
    let machine = format!(
        "node-linux-{}",
        if cfg!(target_arch = "aarch64") {
            "arm64"
        } else {
            "x64"
        }
    );
    let packaged = dir.join("node_modules").join(machine).join("bin/node");
    if cfg!(target_os = "linux") && packaged.is_file() {
        packaged
    } else {
        "node".into()
    }
}
