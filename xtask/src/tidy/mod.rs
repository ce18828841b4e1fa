//! `cargo xtask tidy`: the rules of the house that the compiler does not know.
//!
//! Rules are pure functions from a file's text to complaints; this module reads the files. An
//! exception is an entry with its reason in [`exceptions`], never a comment in the file.

mod edges;
mod exceptions;
mod manifests;
mod migrations;
mod rust_rules;
mod text_rules;

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::{cargo, workspace};

const FOLDERS_WITHOUT_SOURCES: [&str; 7] = [
    "target",
    "node_modules",
    ".git",
    ".venv",
    ".venv-mcp",
    "data",
    "__pycache__",
];
const TEXT_FILES: [&str; 14] = [
    "rs", "toml", "md", "html", "css", "js", "mjs", "ts", "py", "sh", "yml", "yaml", "txt", "sql",
];

/// A file of the checkout, as the rules see it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Source<'a> {
    /// The path from the workspace's root, with `/`.
    pub(crate) path: &'a str,
    pub(crate) text: &'a str,
}

impl Source<'_> {
    fn has_extension(&self, extension: &str) -> bool {
        Path::new(self.path)
            .extension()
            .is_some_and(|found| found == extension)
    }
}

/// Checks every rule; prints each complaint and fails when there is one.
pub(crate) fn run() -> anyhow::Result<()> {
    let root = workspace::root();
    let mut complaints = edges::check(&cargo::packages()?);
    complaints.extend(migrations::check(
        &root.join("crates/maro-store/src/migrations"),
    )?);

    let mut files = Vec::new();
    collect(&root, &mut files)?;
    let mut checked = 0;
    for file in &files {
        let path = file
            .strip_prefix(&root)?
            .to_string_lossy()
            .replace('\\', "/");
        if let Ok(text) = std::fs::read_to_string(file) {
            checked += 1;
            complaints.extend(check_file(Source {
                path: &path,
                text: &text,
            }));
        }
    }
    report(checked, &complaints)
}

fn check_file(source: Source<'_>) -> Vec<String> {
    let mut found = text_rules::check(source);
    if source.has_extension("rs") {
        found.extend(rust_rules::check(source));
    }
    if source.path.ends_with("Cargo.toml") {
        found.extend(manifests::check(source));
    }
    found.retain(|(rule, _)| !exceptions::allows(source.path, rule));
    found
        .into_iter()
        .map(|(rule, what)| format!("{}: {what} [{rule}]", source.path))
        .collect()
}

fn report(checked: usize, complaints: &[String]) -> anyhow::Result<()> {
    for complaint in complaints {
        println!("{complaint}");
    }
    if complaints.is_empty() {
        println!("tidy: {checked} files");
        return Ok(());
    }
    bail!("tidy: {} complaints in {checked} files", complaints.len())
}

fn collect(dir: &Path, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let entries =
        std::fs::read_dir(dir).with_context(|| format!("cannot list {}", dir.display()))?;
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if path.is_symlink() || FOLDERS_WITHOUT_SOURCES.contains(&name.as_str()) {
            continue;
        }
        if path.is_dir() {
            collect(&path, files)?;
        } else if is_text(&path) {
            files.push(path);
        }
    }
    Ok(())
}

fn is_text(path: &Path) -> bool {
    let extension = path.extension().unwrap_or_default().to_string_lossy();
    TEXT_FILES.contains(&extension.as_ref()) || extension == "new" || path.ends_with(".ci/run")
}
