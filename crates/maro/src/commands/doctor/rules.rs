//! The rules' file: whether a start, or a server that runs, could take it up as it is now.

use super::report::{Report, good};
use crate::commands::rules::check;
use crate::config::Config;

/// Reads the file, where there is one.
pub(super) fn check_file(config: &Config, report: &mut Report) {
    let Some(path) = &config.rules_file else {
        return;
    };
    match check(path) {
        Ok(rules) => good(&format!(
            "rules: {} has {} rules",
            path.display(),
            rules.len()
        )),
        Err(err) => report.bad(
            &format!("rules: {err:#}"),
            "correct the file; a server that runs keeps the rules that it had before",
        ),
    }
}
