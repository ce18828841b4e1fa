//! The keys: where they are, who may read them, how old they are, and whether they open everything.

use std::fs::Metadata;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use chrono::TimeDelta;
use maro_app::{App, secrets};

use super::report::{Report, ago, good, note};
use crate::config::Config;

/// After this a new key is worth the minute that it takes.
const OLD: TimeDelta = TimeDelta::days(365);

/// Looks at the key file, before anything makes one.
pub(super) fn check_file(config: &Config, report: &mut Report) {
    let Some(path) = config.key_file() else {
        return good("keys: they come from MARO_SECRET_KEY");
    };
    match std::fs::metadata(&path) {
        Ok(file) => check_mode(&path, &file, report),
        Err(err) if err.kind() == std::io::ErrorKind::NotFound => note(&format!(
            "keys: {} is not there yet; the first start makes it",
            path.display()
        )),
        Err(err) => report.bad(
            &format!("keys: {} cannot be read: {err}", path.display()),
            "let Maro's account read it, or set MARO_SECRET_KEY_FILE to where it is",
        ),
    }
}

fn check_mode(path: &Path, file: &Metadata, report: &mut Report) {
    let (shown, mode) = (path.display(), file.permissions().mode() & 0o777);
    if mode & 0o007 != 0 {
        return report.bad(
            &format!("keys: everybody on this machine may read {shown} (mode {mode:o})"),
            &format!(
                "chmod 600 {shown} (in Kubernetes: defaultMode: 0400 of the volume); when somebody \
                 may have read it, run `maro admin rotate-key` after that"
            ),
        );
    }
    let age = file.modified().ok().and_then(|at| at.elapsed().ok());
    let age = age
        .and_then(|age| TimeDelta::from_std(age).ok())
        .unwrap_or_default();
    good(&format!(
        "keys: {shown} (mode {mode:o}), changed {}; keep a copy apart from the copies of the database",
        ago(age)
    ));
    if age > OLD {
        note("keys: the newest one is more than a year old; `maro admin rotate-key` makes another");
    }
}

/// Opens everything that is sealed, and asks the store of secrets for a value of its own.
pub(super) async fn check_sealed(app: &App, report: &mut Report) {
    match secrets::check(app).await {
        Ok(findings) => {
            for finding in &findings {
                report.add("secrets", finding);
            }
        }
        Err(err) => report.bad(&format!("secrets: {err}"), "check the database"),
    }
}
