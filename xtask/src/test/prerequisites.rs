//! Installs what the tests need, or says the command to run.
//!
//! Debian packages are installed only by root; Node packages and the Python environment live in
//! `conformance/` and need nobody's permission. What is already there is not touched again: a
//! stamp of the lock file's bytes lies beside what was installed.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, bail};

use super::postgres;
use crate::{process, workspace};

/// The Python environment of the judges, in `conformance/`.
pub(super) const ENVIRONMENT: &str = ".venv";
/// The one with mcp-atlassian in it, whose versions of the same libraries are others.
pub(super) const MCP_ENVIRONMENT: &str = ".venv-mcp";

/// Installs what the chosen tiers need.
pub(crate) fn install(rust: bool, conformance: bool) -> anyhow::Result<()> {
    install_packages(&missing_packages(rust, conformance))?;
    if rust && postgres::find_binaries().is_none() {
        bail!("PostgreSQL 15 or newer is needed: install the package `postgresql`");
    }
    if conformance {
        install_node_packages()?;
        install_python_packages()?;
        install_mcp_server()?;
    }
    Ok(())
}

fn missing_packages(rust: bool, conformance: bool) -> Vec<&'static str> {
    let mut packages = Vec::new();
    if rust && postgres::find_binaries().is_none() {
        packages.push("postgresql");
    }
    if conformance {
        if process::find("chromium").is_none() {
            packages.push("chromium");
        }
        if process::find("npm").is_none() {
            packages.extend(["nodejs", "npm"]);
        }
        if !python_can_make_environments() {
            packages.extend(["python3", "python3-venv"]);
        }
    }
    packages
}

fn python_can_make_environments() -> bool {
    process::output(Command::new("python3").args(["-c", "import venv, ensurepip"])).is_ok()
}

fn install_packages(packages: &[&str]) -> anyhow::Result<()> {
    if packages.is_empty() {
        return Ok(());
    }
    let list = packages.join(" ");
    let by_hand = format!("apt-get install -y --no-install-recommends {list}");
    if !process::is_root() || process::find("apt-get").is_none() {
        bail!("missing: {list}. Run this and try again:\n  sudo {by_hand}");
    }
    println!("{by_hand}");
    process::run(apt_get().arg("update"))?;
    process::run(
        apt_get()
            .args(["install", "-y", "--no-install-recommends"])
            .args(packages),
    )
    .with_context(|| format!("try it by hand: {by_hand}"))
}

fn apt_get() -> Command {
    let mut command = Command::new("apt-get");
    // Debian would create and start a cluster of its own; the tests bring theirs.
    command.env("DEBIAN_FRONTEND", "noninteractive").arg("-q");
    command
}

fn install_node_packages() -> anyhow::Result<()> {
    let dir = workspace::conformance();
    once(
        &dir.join("package-lock.json"),
        &dir.join("node_modules"),
        || {
            println!("npm ci, in conformance/");
            // No package needs its install script, and none gets to run one.
            process::run(
                Command::new("npm")
                    .args([
                        "ci",
                        "--ignore-scripts",
                        "--no-audit",
                        "--no-fund",
                        "--loglevel=error",
                    ])
                    .current_dir(&dir),
            )
        },
    )
}

fn install_python_packages() -> anyhow::Result<()> {
    install_python_environment("requirements.txt", ENVIRONMENT)
}

/// The MCP server that tests and judges talk to.
fn install_mcp_server() -> anyhow::Result<()> {
    install_python_environment("requirements-mcp.txt", MCP_ENVIRONMENT)
}

fn install_python_environment(requirements: &str, name: &str) -> anyhow::Result<()> {
    let dir = workspace::conformance();
    let environment = dir.join(name);
    once(&dir.join(requirements), &environment, || {
        println!("python3 -m venv and pip install -r {requirements}, in conformance/");
        process::run(
            Command::new("python3")
                .args(["-m", "venv", "--clear"])
                .arg(&environment),
        )?;
        process::run(
            Command::new(environment.join("bin/python"))
                .args([
                    "-m",
                    "pip",
                    "install",
                    "--quiet",
                    "--disable-pip-version-check",
                ])
                .arg("--requirement")
                .arg(dir.join(requirements)),
        )
    })
}

/// Runs `install` unless `installed` was made from these very bytes of `lock`.
fn once(
    lock: &Path,
    installed: &Path,
    install: impl FnOnce() -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let wanted = std::fs::read(lock).with_context(|| format!("cannot read {}", lock.display()))?;
    let stamp = installed.join(".installed-from");
    if std::fs::read(&stamp).is_ok_and(|bytes| bytes == wanted) {
        return Ok(());
    }
    install()?;
    std::fs::write(&stamp, wanted).with_context(|| format!("cannot write {}", stamp.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn installs_again_only_when_the_lock_changed() {
        let dir = tempfile::tempdir().unwrap();
        let lock = dir.path().join("lock");
        let mut runs = 0;
        for (text, expected) in [("a", 1), ("a", 1), ("b", 2)] {
            std::fs::write(&lock, text).unwrap();
            once(&lock, dir.path(), || {
                runs += 1;
                Ok(())
            })
            .unwrap();
            assert_eq!(runs, expected, "after {text}");
        }
    }
}
