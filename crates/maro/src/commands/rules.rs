//! `maro rules check`: whether a file of rules is one, without a server.

use std::path::Path;

use anyhow::Context as _;

use crate::cli::Rules;

/// Checks a file and says how many rules it has, else where it is wrong.
pub(crate) fn run(command: &Rules) -> anyhow::Result<()> {
    let Rules::Check { file } = command;
    let rules = maro_app::rules::check_file(&read(file)?);
    let rules = rules.map_err(|err| anyhow::anyhow!("{}: {err}", file.display()))?;
    for rule in &rules {
        println!("{}", rule.name);
    }
    let count = rules.len();
    println!("{} is fine: {count} rules.", file.display());
    Ok(())
}

/// Reads a file of rules.
pub(crate) fn read(file: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(file).with_context(|| format!("could not read {}", file.display()))
}
