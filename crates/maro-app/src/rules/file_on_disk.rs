//! The rules' file on the disk: taken up at the start, and again whenever its text changes.
//!
//! It is read again all along. That costs little, and works alike for files, links and volumes, which
//! tell of their changes in different ways or not at all.
//!
//! **Invariant:** after the start a file that is gone, empty, too long or wrong changes nothing: the
//! rules before it count, and the log, the page of rules and the metrics say what is wrong. A text
//! counts when it is found twice in a row: a file that is written in place is seen half written, and a
//! rule that is missing there would lose what it holds back.

use std::io;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::io::AsyncReadExt as _;

use super::examine::examine_file;
use super::file::{FileError, take_file};
use crate::App;
use crate::happening::Happening;

/// A longer file is no file of rules.
const LONGEST: u64 = 1024 * 1024;

/// What is known of the file.
#[derive(Debug, Default)]
pub(crate) struct FileOnDisk(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    /// The text whose rules count.
    taken: String,
    /// The text of the last look.
    seen: String,
    /// What is wrong with the text that is there now.
    fault: Option<String>,
    /// Whether Slack and Jira were not asked about its rules since they were taken up.
    is_unexamined: bool,
}

impl FileOnDisk {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes up the file that the operator named; without one, the rules of an earlier file go. Returns how
/// many rules it has.
pub async fn take_configured_file(app: &App) -> Result<usize, FileError> {
    let text = match &app.settings().rules_file {
        Some(path) => read(path).await?,
        None => String::new(),
    };
    take(app, text).await
}

/// What is wrong with the file as it is now. Then the rules that it had before count.
#[must_use]
pub fn file_fault(app: &App) -> Option<String> {
    app.rules_file().known().fault.clone()
}

/// Reads the file again and takes it up if it changed. What was taken up is examined here and not at
/// the start, which waits for nobody.
pub(crate) async fn read_again(app: &App) {
    let Some(path) = &app.settings().rules_file else {
        return;
    };
    let again = match read(path).await {
        Ok(text) if is_new(app, &text) => return,
        Ok(text) if text == app.rules_file().known().taken => Ok(None),
        Ok(text) if text.trim().is_empty() => Err(FileError::Empty),
        Ok(text) => take(app, text).await.map(Some),
        Err(err) => Err(err),
    };
    match again {
        Ok(taken) => {
            app.rules_file().known().fault = None;
            if let Some(count) = taken {
                tracing::info!(count, "the rules' file changed; its rules count now");
                app.announce(Happening::Findings);
            }
        }
        Err(err) => note(app, &format!("{}: {err}", path.display())),
    }
    let is_fine = file_fault(app).is_none();
    metrics::gauge!("maro_rules_file_ok").set(u8::from(is_fine));
    let is_unexamined = std::mem::take(&mut app.rules_file().known().is_unexamined);
    if is_unexamined && let Err(err) = examine_file(app).await {
        let error: &(dyn std::error::Error + 'static) = &err;
        tracing::warn!(
            error,
            "the rules of the file were not examined; done within the hour"
        );
    }
}

/// Whether the last look found another text.
fn is_new(app: &App, text: &str) -> bool {
    let known = &mut *app.rules_file().known();
    let is_new = known.seen != text;
    text.clone_into(&mut known.seen);
    is_new
}

async fn take(app: &App, text: String) -> Result<usize, FileError> {
    let count = take_file(app, &text).await?;
    let known = &mut *app.rules_file().known();
    known.seen.clone_from(&text);
    known.taken = text;
    known.is_unexamined = true;
    Ok(count)
}

/// Notes what is wrong, and logs it once.
fn note(app: &App, fault: &str) {
    let known = &mut *app.rules_file().known();
    if known.fault.as_deref() != Some(fault) {
        tracing::error!(
            fault,
            "the rules' file is not taken up; the rules before it count"
        );
        known.fault = Some(fault.to_owned());
        app.announce(Happening::Findings);
    }
}

async fn read(path: &Path) -> Result<String, FileError> {
    let file = tokio::fs::File::open(path).await;
    let mut text = String::new();
    let read = file.map_err(FileError::Unreadable)?;
    let length = read
        .take(LONGEST + 1)
        .read_to_string(&mut text)
        .await
        .map_err(FileError::Unreadable)?;
    if length as u64 > LONGEST {
        let long = io::Error::new(io::ErrorKind::FileTooLarge, "it is longer than 1 MiB");
        return Err(FileError::Unreadable(long));
    }
    Ok(text)
}
