//! Calls of cargo: the command itself and what `cargo metadata` says.

use std::process::Command;

use anyhow::{Context, bail};
use serde_json::Value;

use crate::workspace;

/// The cargo that runs this command, in the workspace's folder.
pub(crate) fn command() -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.current_dir(workspace::root());
    // What `cargo run` set for this process would make the inner cargo rebuild.
    for name in [
        "CARGO_MANIFEST_DIR",
        "CARGO_MANIFEST_PATH",
        "CARGO_PKG_NAME",
        "CARGO_PKG_VERSION",
    ] {
        command.env_remove(name);
    }
    command
}

/// The workspace's own packages, as `cargo metadata` describes them.
pub(crate) fn packages() -> anyhow::Result<Vec<Value>> {
    let mut command = command();
    command.args([
        "metadata",
        "--format-version",
        "1",
        "--no-deps",
        "--offline",
    ]);
    let output = command.output().context("cargo metadata does not start")?;
    if !output.status.success() {
        bail!(
            "cargo metadata failed: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    let mut metadata: Value = serde_json::from_slice(&output.stdout)?;
    match metadata["packages"].take() {
        Value::Array(packages) => Ok(packages),
        _ => bail!("cargo metadata names no packages"),
    }
}

/// Whether the package `name` declares the cargo feature `feature`.
pub(crate) fn has_feature(packages: &[Value], name: &str, feature: &str) -> bool {
    packages
        .iter()
        .any(|package| package["name"] == name && package["features"].get(feature).is_some())
}
