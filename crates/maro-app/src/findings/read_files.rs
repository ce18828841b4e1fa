//! Report files that become one suite run.

use std::sync::Arc;

use maro_core::actor::Actor;
use maro_core::findings::{Report, RunContext, SuiteRun};
use maro_store::idempotency::RequestKey;
use tokio::sync::Semaphore;

use super::{FilesError, NewRun, Upload, record_run};
use crate::App;

/// As many uploads are read at once; each takes a processor and some megabytes.
const AT_ONCE: usize = 2;

/// The places in which uploads are read.
pub struct ReadingPlaces(Arc<Semaphore>);

impl Default for ReadingPlaces {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

/// Files, and what the reporter says about them.
pub struct ReportedFiles {
    /// The files.
    pub upload: Upload,
    /// The suite; without it the report names itself.
    pub suite: Option<String>,
    /// Where it ran.
    pub context: RunContext,
}

/// Reads the files and records the run that they are. One file that is no report refuses them all:
/// half a run would be a lie.
pub async fn report_files(
    app: &App,
    files: ReportedFiles,
    by: &Actor,
    key: Option<&RequestKey>,
) -> Result<SuiteRun, FilesError> {
    let only_name = files.upload.only_name();
    let report = read(app, files.upload).await?;
    let suite = files.suite.or_else(|| report.name.clone()).or(only_name);
    let run = NewRun {
        suite: suite.ok_or(FilesError::NoName)?,
        context: files.context,
        outcome: report.outcome(),
        totals: report.totals,
        duration_ms: report.duration_ms,
        started_at: report.started_at,
        left_out: report.left_out,
        failures: report.failures,
        passed: report.passed,
    };
    Ok(record_run(app, run, by, key).await?)
}

async fn read(app: &App, mut upload: Upload) -> Result<Report, FilesError> {
    let places = Arc::clone(&app.reading_places().0);
    let place = places.acquire_owned().await.map_err(|_| stopped())?;
    let reading = tokio::task::spawn_blocking(move || {
        let _place = place;
        upload.read()
    });
    reading.await.map_err(|_| stopped())?
}

fn stopped() -> FilesError {
    FilesError::Disk(std::io::ErrorKind::Interrupted.into())
}
