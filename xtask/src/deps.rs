//! `cargo xtask deps`: how many crates the default build of the binary compiles.

use std::collections::BTreeSet;

use anyhow::bail;

use crate::{cargo, process};

/// The most crates that the default build may compile.
pub(crate) const LIMIT: usize = 450;

/// Prints the number; fails above the limit.
pub(crate) fn run() -> anyhow::Result<()> {
    let crates = count()?;
    println!("{crates} crates are compiled with default features (limit {LIMIT})");
    if crates > LIMIT {
        bail!("{crates} crates are more than {LIMIT}");
    }
    Ok(())
}

/// Counts the crates of the binary, its build scripts and procedural macros included.
pub(crate) fn count() -> anyhow::Result<usize> {
    let mut command = cargo::command();
    command.args(["tree", "--package", "maro", "--edges", "normal,build"]);
    command.args(["--prefix", "none", "--format", "{p}"]);
    Ok(distinct(&process::output(&mut command)?))
}

fn distinct(tree: &str) -> usize {
    let lines = tree
        .lines()
        .map(|line| line.split(" (").next().unwrap_or(line).trim());
    lines
        .filter(|line| !line.is_empty())
        .collect::<BTreeSet<_>>()
        .len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_counts_once_per_version() {
        let tree = "maro v0.1.0 (/x/maro)\nserde v1.0.0\nserde v1.0.0 (*)\nsyn v2.0.0 (proc-macro)\nsyn v1.0.0\n\n";
        assert_eq!(distinct(tree), 4);
    }
}
