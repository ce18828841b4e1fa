//! Report files that become one suite run.

use std::sync::Arc;

use maro_core::actor::Actor;
use maro_core::findings::{Report, RunContext, SuiteRun};
use maro_store::idempotency::RequestKey;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::{FilesError, NewRun, Upload, record_run};
use crate::App;

/// As many uploads are read at once; each takes a processor and some megabytes.
const READ_AT_ONCE: usize = 2;
/// As many arrive at once; each takes two megabytes, and up to 100 MB of disk until it is read.
const ARRIVE_AT_ONCE: usize = 16;

/// The places of uploads: few are read, some more arrive, others wait.
pub struct UploadPlaces {
    arriving: Semaphore,
    reading: Arc<Semaphore>,
}

impl Default for UploadPlaces {
    fn default() -> Self {
        Self {
            arriving: Semaphore::new(ARRIVE_AT_ONCE),
            reading: Arc::new(Semaphore::new(READ_AT_ONCE)),
        }
    }
}

impl UploadPlaces {
    /// Waits for a place in which an upload may arrive, and holds it.
    pub async fn receive(&self) -> Option<SemaphorePermit<'_>> {
        self.arriving.acquire().await.ok()
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
    let places = Arc::clone(&app.upload_places().reading);
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
