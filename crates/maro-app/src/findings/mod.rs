//! Findings: taking in what test suites and monitors report.
//!
//! Nothing here waits for Slack or Jira: a report is answered when it is durable, and whatever
//! follows from it is rows for the runner.

mod alerts;
pub mod cards;
mod cases;
mod decide;
mod defects;
mod error;
mod heartbeat;
pub(crate) mod news;
mod of_run;
mod raise;
mod read_files;
mod record_run;
mod report_defect;
mod retention;
mod sightings;
mod suites;
pub mod tickets;
mod upload;

pub use alerts::{Alerts, AlertsTaken, take_alerts};
pub use decide::{DefectDecision, LONGEST_SNOOZE, decide_defect, set_defect_status};
pub use defects::{DefectDetail, defect, defect_history, defects};
pub use error::{FilesError, RecordError};
pub use heartbeat::check_suites;
pub use maro_store::defects::MOST_TITLES;
pub use read_files::{ReportedFiles, UploadPlaces, report_files};
pub use record_run::{NewRun, RunDetail, failures, record_run, run, runs};
pub use report_defect::{SightingAnswer, report_defect};
pub(crate) use retention::forget_old;
pub(crate) use sightings::Sightings;
pub use suites::{Trend, expect_suite, note_open_defects, suite, suites, trend};
pub use upload::{MOST_BYTES, Upload};
