//! `cargo xtask codegen`: writes the files that are generated and checked in.
//!
//! There is one: `openapi/maro.json`, the description of the API, as the binary itself states it.

use std::path::Path;

use anyhow::{Context, bail};
use clap::Args;

use crate::{cargo, process, workspace};

const OPENAPI: &str = "openapi/maro.json";

/// Options of `cargo xtask codegen`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Changes nothing; fails when a file is not current.
    #[arg(long)]
    check: bool,
}

/// Writes or checks the generated files.
pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let mut command = cargo::command();
    command.args(["run", "--quiet", "--package", "maro", "--", "openapi"]);
    let current = process::output(&mut command)?;
    settle(&workspace::root().join(OPENAPI), &current, options.check)
}

fn settle(file: &Path, current: &str, check: bool) -> anyhow::Result<()> {
    let kept = std::fs::read_to_string(file).unwrap_or_default();
    if kept.trim_end() == current.trim_end() {
        println!("{} is current", file.display());
        return Ok(());
    }
    if check {
        bail!(
            "{} is not current; run `cargo xtask codegen`",
            file.display()
        );
    }
    if let Some(dir) = file.parent() {
        std::fs::create_dir_all(dir)?;
    }
    std::fs::write(file, format!("{}\n", current.trim_end()))
        .with_context(|| format!("cannot write {}", file.display()))?;
    println!("wrote {}", file.display());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_refuses_a_stale_file_and_writes_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("api/spec.json");

        assert!(settle(&file, "{}", true).is_err());
        assert!(!file.exists());
        settle(&file, "{}", false).unwrap();
        settle(&file, "{}\n", true).unwrap();
        assert!(settle(&file, "[]", true).is_err());
    }
}
