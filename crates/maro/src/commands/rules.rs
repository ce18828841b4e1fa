//! `maro rules check`: whether a file of rules is one, without a server.

use std::path::Path;

use anyhow::Context as _;
use maro_core::rules::Rule;

use crate::cli::Rules;

/// Checks a file and says how many rules it has, else where it is wrong.
pub(crate) fn run(command: &Rules) -> anyhow::Result<()> {
    let Rules::Check { file } = command;
    let rules = check(file)?;
    for rule in &rules {
        println!("{}", rule.name);
    }
    println!("{} is fine: {} rules.", file.display(), rules.len());
    Ok(())
}

/// The rules of a file, else a sentence that names it and what is wrong.
pub(crate) fn check(file: &Path) -> anyhow::Result<Vec<Rule>> {
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("could not read {}", file.display()))?;
    let rules = maro_app::rules::check_file(&text);
    rules.map_err(|err| anyhow::anyhow!("{}: {err}", file.display()))
}
