//! Findings: taking in what test suites and monitors report.
//!
//! Nothing here waits for Slack or Jira: a report is answered when it is durable, and whatever
//! follows from it is rows for the runner.

mod alerts;
pub mod cards;
mod decide;
mod defects;
mod error;
pub(crate) mod news;
mod of_run;
mod raise;
mod read_files;
mod record_run;
mod report_defect;
mod sightings;
mod upload;

pub use alerts::{Alerts, AlertsTaken, take_alerts};
pub use decide::{DefectDecision, LONGEST_SNOOZE, decide_defect, set_defect_status};
pub use defects::{DefectDetail, defect, defects};
pub use error::{FilesError, RecordError};
pub use read_files::{ReportedFiles, UploadPlaces, report_files};
pub use record_run::{NewRun, RunDetail, failures, record_run, run, runs};
pub use report_defect::{SightingAnswer, report_defect};
pub(crate) use sightings::Sightings;
pub use upload::{MOST_BYTES, Upload};
